#!/usr/bin/env bash
# set-cable.sh STATE HOST NUMBER WHAT VALUE: run inside the lab; keeps the value, and applies it if the host is on.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
state=$1 inner=$1/inner
for part in report state fabric cable; do source "$here/lib/$part.sh"; done
echo "$5" >"$inner/cable/$2.$4"
[ ! -e "$inner/network/$2" ] || "cable_$4" "$2" "$3" "$5"
