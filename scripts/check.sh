#!/usr/bin/env bash
# Every check that needs no running part: style, types, import contracts, migrations, Django's own checks.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
scratch=$(mktemp -d -t linkedin_bot.XXXXXXXX)
trap 'rm -rf -- "$scratch"' EXIT
# shellcheck source=scripts/neutral.sh
. scripts/neutral.sh
export DJANGO_SETTINGS_MODULE=linkedin_bot.settings DATA_DIR="$scratch/var" DATABASE_URL="sqlite:///$scratch/var/db.sqlite3"

step() {
    echo "--- $1"
    shift
    "$@"
}

step "format" "$python" -m ruff format --check .
step "style" "$python" -m ruff check .
step "types" "$python" -m mypy linkedin_bot contacts campaigns engine scripts
step "imports" .venv/bin/lint-imports
step "migrations" "$python" -W error manage.py makemigrations --check --dry-run
step "deployment" env HTTPS=true "$python" -W error manage.py check --deploy --fail-level WARNING
