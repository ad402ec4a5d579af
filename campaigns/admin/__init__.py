"""Campaigns, runs, actions and templates for the staff; states change through the models' own mutators."""

from campaigns.admin import actions, campaigns, notices, people, runs, templates

__all__ = ["actions", "campaigns", "notices", "people", "runs", "templates"]
