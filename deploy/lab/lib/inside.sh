#!/usr/bin/env bash
# inside.sh STATE BASE DISK OWNER [OVERLAY]…: PID 1 of the lab's namespaces. Lays the hosts out, boots them, says so,
# and then only reaps: everything else comes from outside.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
state=$1 base=$2 disk=$3 owner=$4
shift 4
overlays=("$@")
inner=$state/inner
for part in report state stage fabric host answers; do source "$here/lib/$part.sh"; done

private_mounts() {
    # A cgroup2 of its own place hides the hierarchies of version 1, so that the hosts' systemd sees cgroup2 only.
    mount -t cgroup2 none /sys/fs/cgroup
    mount -t tmpfs -o mode=755 none /run
    mount -t tmpfs -o mode=755,size=4g none "$inner"
    mkdir "$inner"/{network,stage,host,cable}
}

await_hosts() {
    local name number pid waiting=() failed=0
    export -f answers
    while read -r name number _; do
        nsenter --net="$inner/network/operator" timeout 120 bash -c 'until answers "$@"; do sleep 0.05; done' - \
            "$name" "$network.$number" "$state/operator/.ssh/config" &
        waiting+=("$!")
    done <"$state/hosts"
    while read -r name _; do
        pid=${waiting[0]}
        waiting=("${waiting[@]:1}")
        wait "$pid" && continue
        failed=1
        say "$name did not answer ssh within 120 s; its last words:"
        tail -n 20 "$state/console/$name" >&2
    done <"$state/hosts"
    [ "$failed" = 0 ] || fail "not every host came up"
}

private_mounts
make_stage
make_fabric
while read -r name number _; do make_host "$name" "$number"; done <"$state/hosts"
write_ssh_config
while read -r name _; do boot_host "$name"; done <"$state/hosts"
await_hosts
echo "lab ready $owner"
exec >/dev/null
sleep infinity &
wait $!
