"""The audit log: who changed what here, in a chain that shows where somebody tampered with it."""

from django.apps import AppConfig
from django.contrib.auth import signals


class AuditConfig(AppConfig):
    name = "linkedin_bot.audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from linkedin_bot.audit import sign_ins

        signals.user_logged_in.connect(sign_ins.signed_in, dispatch_uid="audit.signed_in")
        signals.user_logged_out.connect(sign_ins.signed_out, dispatch_uid="audit.signed_out")
        signals.user_login_failed.connect(sign_ins.failed, dispatch_uid="audit.failed")
