"""The project's settings, with what the tests need: fast password hashes and, where asked, PostgreSQL."""

import os
from pathlib import Path

from linkedin_bot.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tests share a data directory and put their databases back; those about restored ones set this for themselves.
INSTALLATION_FILE = ""

# A client of a test does not look through every static file before its first request, which takes 24 requests' time: a
# file is looked for when it is asked for. What is served is the same.
WHITENOISE_AUTOREFRESH = True

# The lighter browser where it is installed: the same pages for half the processor time. The journeys, which start the
# real commands, take the browser that an installation takes; so does a full proof, except of what is about pages alone.
HEADLESS_SHELL = Path("/usr/lib/chromium/chromium-headless-shell")
if not CHROME_BINARY and not os.environ.get("PROVE") and HEADLESS_SHELL.exists():  # noqa: F405
    CHROME_BINARY = str(HEADLESS_SHELL)

# Migrated databases for every test process to copy, as scripts/test.sh makes them; without them each makes its own.
MIGRATED_FILE = os.environ.get("MIGRATED_FILE", "")
DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = os.environ.get("MIGRATED_DATABASE")  # noqa: F405 - PostgreSQL's
