#!/usr/bin/env bash
# Puts each known bug into a copy of the tree and sees that its proof fails; exits non-zero when one goes unnoticed.
# Usage: scripts/prove_the_proof.sh [WORD...]      tries only the bugs that have a word in their name
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# shellcheck source=scripts/scratch.sh
. scripts/scratch.sh
.venv/bin/python -m tests.proof.bugs "$scratch/tree" "$@"
