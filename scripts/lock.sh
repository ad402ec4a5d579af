#!/usr/bin/env bash
# Resolves requirements*.in for Python 3.11, the oldest supported, into requirements*.txt.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

uv=(uv)
if ! command -v uv >/dev/null; then
    .venv/bin/python -m uv --version >/dev/null 2>&1 || .venv/bin/python -m pip install --quiet uv
    uv=(.venv/bin/python -m uv)
fi
for name in requirements requirements-dev; do
    "${uv[@]}" pip compile --quiet --upgrade --no-annotate --no-header --python-version 3.11 \
        "$name.in" -o "$name.txt"
done
