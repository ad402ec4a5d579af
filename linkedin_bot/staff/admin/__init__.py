"""People, groups, second factors and lockouts, in the admin's own style."""

from linkedin_bot.staff.admin import devices, groups, lockouts, users

__all__ = ["devices", "groups", "lockouts", "users"]
