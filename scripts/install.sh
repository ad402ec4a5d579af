#!/usr/bin/env bash
# Puts the pinned packages into .venv; where they are there already, it costs a few milliseconds.
# Usage: scripts/install.sh [dev]      dev: what tests and checks need as well
set -euo pipefail
unset CDPATH VIRTUAL_ENV PYTHONPATH PYTHONHOME
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

files=(requirements.txt)
[ "${1:-}" = dev ] && files+=(requirements-dev.txt)
uv_version=0.13.9
venv_python=.venv/bin/python
stamp=".venv/installed-${1:-run}"

# A virtual environment knows its own place: one that was moved has to be made again.
is_usable() { [ "$(cat .venv/made-in 2>/dev/null || pwd)" = "$(pwd)" ] && "$venv_python" -c '' 2>/dev/null; }

fingerprint() { pwd; "$venv_python" --version; cat "${files[@]}"; }

find_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or later is needed; install it, or name it: make PYTHON=/path/to/python3.11 ..." >&2
    return 1
}

make_venv() {
    local python
    python=$(find_python)
    rm -rf .venv
    if command -v uv >/dev/null && uv venv --quiet --python "$python" .venv; then
        return
    fi
    # Debian keeps ensurepip, which makes pip, in a package of its own.
    "$python" -c 'import ensurepip' 2>/dev/null || scripts/system.sh venv
    "$python" -m venv .venv
}

with_uv() {
    if command -v uv >/dev/null; then
        uv pip install --quiet --python "$venv_python" "$@" && return
    fi
    "$venv_python" -m pip --version >/dev/null 2>&1 || return 1
    "$venv_python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version" 2>/dev/null &&
        "$venv_python" -m uv pip install --quiet --python "$venv_python" "$@"
}

with_pip() {
    "$venv_python" -m pip --version >/dev/null 2>&1 || "$venv_python" -m ensurepip --default-pip >/dev/null
    "$venv_python" -m pip install --quiet --disable-pip-version-check "$@"
}

if is_usable && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then
    exit 0
fi

is_usable || make_venv
pwd >.venv/made-in
echo "Installing ${files[*]} into .venv ..." >&2
arguments=()
for file in "${files[@]}"; do arguments+=(-r "$file"); done
with_uv "${arguments[@]}" || { echo "uv could not; trying pip ..." >&2; with_pip "${arguments[@]}"; }
fingerprint >"$stamp"
