"""The project's settings, with what the tests need: fast password hashes and, where asked, PostgreSQL."""

from linkedin_bot.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tests share a data directory and put their databases back; those about restored ones set this for themselves.
INSTALLATION_FILE = ""
