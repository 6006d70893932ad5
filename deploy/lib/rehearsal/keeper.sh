#!/usr/bin/env bash
# keeper.sh OWNER STATE OPTION…: the lab's parent. It ends the lab and removes its folder when told to by SIGTERM, which
# the kernel sends too when the rehearsal dies, however it dies. After SIGUSR1 it leaves the lab up, until `lab down`.
set -uo pipefail
labs=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../lab" && pwd -P)
owner=$1 state=$2 told='' kept=''
end_lab() {
    told=1
    [ -n "$kept" ] || exec {hold}>&-
}
trap '' INT HUP
trap end_lab TERM
trap 'told=1 kept=1 && : >"$state/kept"' USR1
boot() {
    local options
    mapfile -t options <"$state/overlay-options"
    "$labs/cluster" overlay "$state/overlay" "${options[@]}" && exec "$labs/lab" up --state "$state" --overlay "$state/overlay" "$@"
}
# The lab runs for as long as its standard input is held open here.
exec {hold}> >(trap - TERM USR1 && boot "${@:3}" 2>"$state/lab.log")
running=$!
exec >/dev/null
[ "$PPID" = "$owner" ] || end_lab
while kill -0 "$running" 2>/dev/null; do wait "$running"; done
# A lab that ended by itself has said why in its log, which the rehearsal has yet to read.
sleep infinity &
while [ -z "$told" ]; do wait $!; done
kill $!
rm -rf --one-file-system -- "$state"
