"""The admin, found when it is asked for: a command that shows no page starts without its forms and widgets."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core.checks import CheckMessage, Tags, register

from linkedin_bot.model_words import translate_models


class FoundLaterConfig(SimpleAdminConfig):
    """Whoever needs the admin's models calls admin.autodiscover(): urls.py does, and the check below."""

    def ready(self) -> None:
        translate_models()
        register(check_dependencies, Tags.admin)
        register(check_found_admin, Tags.admin)


def check_found_admin(app_configs: Sequence[AppConfig] | None, **given: Any) -> Sequence[CheckMessage]:
    admin.autodiscover()
    return check_admin_app(app_configs=app_configs, **given)
