#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linkedin_bot.settings")
    from linkedin_bot.audit.commands import AuditedUtility

    AuditedUtility(sys.argv).execute()


if __name__ == "__main__":
    main()
