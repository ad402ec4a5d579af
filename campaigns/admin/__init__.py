"""Campaigns, runs, actions and templates for the staff; states change through the models' own mutators."""

from campaigns.admin import actions, campaigns, notices, runs, templates

__all__ = ["actions", "campaigns", "notices", "runs", "templates"]
