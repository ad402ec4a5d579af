#!/usr/bin/env bash
# Takes the README's pictures of the admin anew, on a database of their own that is removed afterwards.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d -t linkedin_bot.XXXXXXXX)
trap 'rm -rf -- "$scratch"' EXIT
# shellcheck source=scripts/neutral.sh
. scripts/neutral.sh
export DJANGO_SETTINGS_MODULE=linkedin_bot.settings DATA_DIR="$scratch/var" DATABASE_URL="sqlite:///$scratch/var/db.sqlite3" LOG_LEVEL=ERROR
PYTHONPATH=. .venv/bin/python scripts/screenshots.py
