#!/usr/bin/env bash
# Proves the promises in full counts, on SQLite and PostgreSQL side by side, and prints one table.
# Usage: scripts/prove.sh      PYTEST_ARGS="-k killed" picks; PROVE_PROCESSES=2 at a time on each database
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

export python=.venv/bin/python
# In memory where the machine allows it: a kill needs no disk, only a power cut would.
scratch=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" linkedin_bot.XXXXXXXX)
# Each leg is a process group of its own, so that whoever interrupts this ends both. One that has ended may still be listed.
trap 'jobs -p | while read -r leg; do kill -- "-$leg" 2>/dev/null || true; done; wait; rm -rf -- "$scratch"' EXIT

# shellcheck source=scripts/neutral.sh
. scripts/neutral.sh
export DATA_DIR="$scratch/var" DATABASE_URL="sqlite:///$scratch/var/db.sqlite3" PROVE=1 scratch

# The proofs start thousands of processes: none of them compiles anew what another one has compiled.
unset PYTHONDONTWRITEBYTECODE
"$python" -m compileall -q -j 0 linkedin_bot contacts campaigns engine
"$python" manage.py check >/dev/null # and so for the packages that all of them load

# Every file that has proofs; of those outside tests/proof only what is marked so runs.
mapfile -t proofs < <(grep -rlF 'pytest.mark.proof' tests --include='test_*.py' | grep -v '^tests/proof/' | sort)
proofs+=(tests/proof)
export proofs_list="${proofs[*]}"

# Those in a browser mostly wait, and those on PostgreSQL never do: more of the first than there are cores.
# The first two arguments name the leg and say how many of its proofs run at a time; the others are pytest's.
run_leg() {
    local leg=$1 processes=$2
    shift 2
    # shellcheck disable=SC2086  # several arguments
    "$python" -m pytest $proofs_list -n "${PROVE_PROCESSES:-$processes}" --dist worksteal -q --basetemp="$scratch/$leg" \
        -o junit_family=xunit1 --junit-xml="$scratch/$leg.xml" "$@" ${PYTEST_ARGS:-} 2>&1 | sed -u "s/^/$leg: /"
}

on_postgresql() {
    # psycopg takes the password and the port from the environment that pg_virtualenv sets as well.
    DATABASE_URL="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE" run_leg postgresql 2 -m "proof and database and not browser"
}
export -f run_leg on_postgresql

set -m
run_leg sqlite 7 -m proof &
# On this machine alone: nobody listens, and each of thousands of connections would begin with a key exchange.
PGSSLMODE=disable pg_virtualenv -t -o fsync=off -o max_connections=300 bash -uo pipefail -c on_postgresql &
set +m
wait # the table says what failed
"$python" scripts/prove_table.py "$scratch/sqlite.xml" "$scratch/postgresql.xml"
