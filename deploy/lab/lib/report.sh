# shellcheck shell=bash
# How the lab speaks: on standard error, and a failure always with its way out.

say() { printf 'lab: %s\n' "$*" >&2; }

fail() { # WHAT-AND-WHY [WAY-OUT]…
    printf 'lab: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'lab: %s\n' "${@:2}" >&2
    exit 125
}
