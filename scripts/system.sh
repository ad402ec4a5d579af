#!/usr/bin/env bash
# Finds what the named parts need on this machine, or installs Debian's packages where that is allowed.
# Usage: scripts/system.sh PART...      parts: browser headless_shell redis postgresql venv wrk
# With root or a sudo that asks no password it installs; otherwise it says in one sentence what is missing.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

fail() {
    echo "$*" >&2
    exit 1
}

# The engine's own search, so that what is found here is what will be started.
where_is() {
    DJANGO_SETTINGS_MODULE=linkedin_bot.settings .venv/bin/python -c "
import sys
from engine.browser_paths import find_$1
from engine.errors import BrowserFailed
try:
    print(find_$1())
except BrowserFailed as error:
    sys.exit(str(error))"
}

# The number before the first dot. Ubuntu's chromium-browser may be a script that only points at the snap and
# prints no version.
major_version() { timeout 20 "$1" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9.]+' | head -n 1 | cut -d. -f1; }

check_browser() {
    local browser driver ours theirs
    [ -n "${SELENIUM_REMOTE_URL:-}" ] && return
    browser=$(where_is browser) && driver=$(where_is driver) || return 1
    ours=$(major_version "$browser") || fail "$browser does not start; is it Ubuntu's pointer to the snap?"
    theirs=$(major_version "$driver") || fail "$driver does not start"
    [ "$ours" = "$theirs" ] || fail "$browser has version $ours, $driver has version $theirs; they have to agree"
}

has_browser() { (check_browser) 2>/dev/null; }

# The lighter browser of most tests: wished for, not needed; they take Chromium where it is missing.
SHELL_BINARY=/usr/lib/chromium/chromium-headless-shell
has_headless_shell() {
    [ -x "$SHELL_BINARY" ] && [ "$(major_version "$SHELL_BINARY")" = "$(major_version "$(where_is driver)")" ]
}

has_redis() { command -v redis-server >/dev/null; }

has_postgresql() { command -v pg_virtualenv >/dev/null && compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null; }

has_venv() { python3 -c 'import ensurepip' 2>/dev/null; }

has_wrk() { command -v wrk >/dev/null; }

packages_of() {
    case $1 in
        browser) echo chromium chromium-driver ;;
        headless_shell) echo chromium chromium-driver chromium-headless-shell ;;
        redis) echo redis-server ;;
        postgresql) echo postgresql postgresql-common ;;
        venv) echo python3-venv ;;
        wrk) echo wrk ;;
    esac
}

advice_for() {
    case $1 in
        browser) echo "a Chromium or Chrome and the chromedriver of the same version (Debian: apt install chromium chromium-driver; Ubuntu: snap install chromium, or Google Chrome with its chromedriver on the PATH)" ;;
        redis) echo "Redis (Debian and Ubuntu: apt install redis-server)" ;;
        postgresql) echo "PostgreSQL (Debian and Ubuntu: apt install postgresql)" ;;
        venv) echo "Python's venv module (Debian and Ubuntu: apt install python3-venv)" ;;
        wrk) echo "wrk (Debian and Ubuntu: apt install wrk)" ;;
    esac
}

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

apt_install() {
    command -v apt-get >/dev/null || return 1
    echo "Installing $* with apt ..." >&2
    as_root apt-get -o DPkg::Lock::Timeout=120 -qq update >&2 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -qq install -y \
        --no-install-recommends "$@" >&2
}

# Ubuntu's chromium packages are empty shims around the snap; a browser that was named is not replaced.
install_part() {
    [ "$1" != browser ] || [ -z "${CHROME_BINARY:-}${CHROMEDRIVER:-}" ] || return 1
    [ "$1" != headless_shell ] || [ -x /usr/lib/chromium/chromium ] || return 1
    if [ "$1" = browser ] && is_ubuntu; then
        command -v snap >/dev/null && as_root snap install chromium >&2
    else
        # shellcheck disable=SC2046  # several package names
        apt_install $(packages_of "$1")
    fi
}

for part in "$@"; do
    [ -n "$(packages_of "$part")" ] || fail "system.sh knows no part called $part"
    "has_$part" && continue
    if may_install && install_part "$part" && "has_$part"; then continue; fi
    if [ "$part" = headless_shell ]; then
        echo "Without $SHELL_BINARY the tests take the larger Chromium, and longer." >&2
        continue
    fi
    [ "$part" != browser ] || (check_browser) || true # says what exactly is wrong
    fail "Missing: $(advice_for "$part")."
done
