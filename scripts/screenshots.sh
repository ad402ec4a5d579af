#!/usr/bin/env bash
# Takes the README's pictures of the admin anew, on a database of their own that is removed afterwards.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# shellcheck source=scripts/scratch.sh
. scripts/scratch.sh
export DJANGO_SETTINGS_MODULE=linkedin_bot.settings LOG_LEVEL=ERROR
PYTHONPATH=. .venv/bin/python scripts/screenshots.py
