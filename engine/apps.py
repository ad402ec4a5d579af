"""The engine app."""

from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "engine"

    def ready(self) -> None:
        from engine.checks import register_checks

        register_checks()
