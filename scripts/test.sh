#!/usr/bin/env bash
# Runs every test: all of them on SQLite (those of Redis start their own servers), then those that use the database, without a browser, on PostgreSQL.
# The first leg measures coverage, which takes half as long again; on the second one all but a few lines would be measured anew.
# The last line tells the result of the whole as pytest would.
# Usage: scripts/test.sh      PYTEST_ARGS="-k birthday" is handed to both legs
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

export python=.venv/bin/python
scratch=$(mktemp -d -t linkedin_bot.XXXXXXXX)
trap 'rm -rf -- "$scratch"' EXIT

# Nothing of this machine's own configuration reaches the tests; what is set here wins over .env.
# shellcheck source=scripts/neutral.sh
. scripts/neutral.sh
export DATA_DIR="$scratch/var" DATABASE_URL="sqlite:///$scratch/var/db.sqlite3"
# Absolute, so that processes that tests start somewhere else still report here.
export COVERAGE_FILE="$scratch/coverage"
export scratch
# The tests start hundreds of processes: none of them compiles anew what another one has compiled.
unset PYTHONDONTWRITEBYTECODE
"$python" -m compileall -q -j 0 linkedin_bot contacts campaigns engine
"$python" manage.py check >/dev/null # and so for the packages that all of them load

# What every process would do anew before its first test is done once: the rewriting of the tests, and the migrations.
"$python" -m pytest --collect-only -qq >/dev/null & # what fails here fails below, and is told there
export MIGRATED_FILE="$scratch/migrated.sqlite3"
DATABASE_URL="sqlite:///$MIGRATED_FILE" "$python" manage.py migrate --verbosity 0
wait

# The first argument names the leg, the second says how many processes it takes; the others are Python's.
run_leg() {
    local leg=$1 processes=$2
    shift 2
    # shellcheck disable=SC2086  # several arguments
    "$python" "$@" -n "${TEST_PROCESSES:-$processes}" --dist worksteal --junit-xml="$scratch/$leg.xml" ${PYTEST_ARGS:-}
}

on_postgresql() {
    # psycopg takes the password and the port from the environment that pg_virtualenv sets as well.
    local server="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT"
    export MIGRATED_DATABASE=migrated
    createdb "$MIGRATED_DATABASE"
    DATABASE_URL="$server/$MIGRATED_DATABASE" "$python" manage.py migrate --verbosity 0
    DATABASE_URL="$server/$PGDATABASE" run_leg postgresql 3 -m pytest -m "database and not browser"
}
export -f run_leg on_postgresql

failed=0
echo "SQLite and Redis"
run_leg sqlite 4 -m coverage run -m pytest || failed=1 # they often wait for browsers
echo "PostgreSQL"
# -t keeps the cluster in a directory of its own, for root too: a killed run leaves nothing in the way.
pg_virtualenv -t -o fsync=off bash -euo pipefail -c on_postgresql || failed=1

"$python" -m coverage combine --quiet
"$python" -m coverage report || failed=1
"$python" scripts/closing_line.py "$scratch/sqlite.xml" "$scratch/postgresql.xml" || failed=1
exit "$failed"
