#!/usr/bin/env bash
# Proves the promises in full counts, on SQLite and then on PostgreSQL, and prints one table.
# Usage: scripts/prove.sh      PYTEST_ARGS="-k killed" picks; PROVE_PROCESSES=3 at a time
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

export python=.venv/bin/python
# In memory where the machine allows it: a kill needs no disk, only a power cut would.
scratch=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" linkedin_bot.XXXXXXXX)
trap 'rm -rf -- "$scratch"' EXIT

# shellcheck source=scripts/neutral.sh
. scripts/neutral.sh
export DATA_DIR="$scratch/var" DATABASE_URL="sqlite:///$scratch/var/db.sqlite3" PROVE=1 scratch

# Every file that has proofs: those that scale with `seeds`.
mapfile -t proofs < <(grep -rlE '(from tests\.proof import|from tests import proof)' tests --include='test_*.py' | grep -v '^tests/proof/' | sort)
proofs+=(tests/proof)
export proofs_list="${proofs[*]}"

# The first argument names the leg; the others are pytest's.
run_leg() {
    local leg=$1
    shift
    # shellcheck disable=SC2086  # several arguments
    "$python" -m pytest $proofs_list -n "${PROVE_PROCESSES:-4}" --dist worksteal -q --basetemp="$scratch/$leg" \
        -o junit_family=xunit1 --junit-xml="$scratch/$leg.xml" "$@" ${PYTEST_ARGS:-}
}

on_postgresql() {
    # psycopg takes the password and the port from the environment that pg_virtualenv sets as well.
    DATABASE_URL="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE" run_leg postgresql -m "database and not browser"
}
export -f run_leg on_postgresql

run_leg sqlite || true # the table says what failed
pg_virtualenv -t -o fsync=off -o max_connections=300 bash -uo pipefail -c on_postgresql || true
"$python" scripts/prove_table.py "$scratch/sqlite.xml" "$scratch/postgresql.xml"
