"""The app that holds what the whole API shares: its keys, its errors, its answers that are given again."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "linkedin_bot.api"
    label = "api"
    verbose_name = "API"
