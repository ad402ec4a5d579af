"""The lockout of those who guess passwords, loaded where pages are served: a command signs nobody in."""

from axes.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.utils.translation import gettext_lazy


class FoundLaterConfig(AppConfig):  # type: ignore[misc]
    """Whoever signs people in calls initialize(): urls.py does, and the check below."""

    name = "axes"
    verbose_name = gettext_lazy("Administration")

    def ready(self) -> None:
        # Its defaults are written into the settings, for good only before anybody has overridden some.
        from axes import conf  # noqa: F401

        register(check_lockout, Tags.security)


def check_lockout(app_configs: object, **given: object) -> list[CheckMessage]:
    FoundLaterConfig.initialize()
    from axes import checks  # loads the handlers

    return [
        found
        for check in (
            checks.axes_middleware_check,
            checks.axes_backend_check,
            checks.axes_deprecation_check,
            checks.axes_conf_check,
            checks.axes_lockout_params_check,
        )
        for found in check(app_configs)
    ]
