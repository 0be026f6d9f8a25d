#!/bin/sh
# Makes .venv and installs what a lock file pins, by hash. Quick when there is nothing to do.
# Usage: .ci/setup.sh requirements.lock|requirements-dev.lock
set -eu
cd "$(dirname "$0")/.."
lock=$1
installed=".venv/installed-$lock"

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 2; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

choose_python() {
    for candidate in python3 python3.13 python3.12 python3.11; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and was not found; install it and run this again."
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian and Ubuntu ship Python without what `python -m venv` needs.
have_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
get_venv() {
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if command -v apt-get >/dev/null; then
        say "installing python$version-venv"
        { as_root apt-get update -qq && as_root apt-get install -qq -y "python$version-venv"; } >&2 || true
    fi
    have_venv "$1" || fail "$1 lacks the module venv; install it (Debian: apt-get install python$version-venv)."
}

works() { .venv/bin/python -c 'import pip' 2>/dev/null && new_enough .venv/bin/python; }

# The lock of the developers holds everything that the other one does.
for done in "$installed" .venv/installed-requirements-dev.lock; do
    if cmp -s "$done" "${done#.venv/installed-}" && works; then exit 0; fi
done

if ! works; then
    python=$(choose_python)
    have_venv "$python" || get_venv "$python"
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
rm -f .venv/installed-*
say "installing $lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock" ||
    fail "the packages of $lock could not be installed; see above."
cp "$lock" "$installed"
