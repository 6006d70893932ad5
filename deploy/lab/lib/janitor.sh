#!/usr/bin/env bash
# janitor.sh CGROUP STATE: says that it is on watch, waits for SIGTERM, which it gets when the lab ends or its owner
# dies, and clears up.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$here/lib/report.sh"
source "$here/lib/cgroup.sh"

trap 'ended=1' TERM
trap '' INT HUP
echo on watch
exec >/dev/null
sleep infinity &
[ -n "${ended:-}" ] || wait $! || true
kill $! 2>/dev/null || true
remove_cgroup "$1"
rm -f "$2/running"
