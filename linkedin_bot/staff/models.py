"""Which rights came with the software, so that each is handed out once and a site's own choice stays."""

from typing import ClassVar

from django.db import models


class ShippedRight(models.Model):
    """A right that a group was given when it came with the software, whether or not the group still has it."""

    group = models.CharField(max_length=150)
    right = models.CharField(max_length=200, help_text="Such as campaigns.change_action.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "right"], name="shipped_right_uniq")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.group}: {self.right}"
