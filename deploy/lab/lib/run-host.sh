#!/usr/bin/env bash
# run-host.sh STATE NAME: keeps one host running inside the lab, over its own reboots, until it is powered off or killed.
# Each start has a fresh network namespace: of a machine that lost power, no socket is left to say goodbye.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
state=$1 name=$2 inner=$1/inner
for part in report state cgroup fabric cable; do source "$here/lib/$part.sh"; done
number=$(host_number "$name")
# The machine's cgroup2 hierarchy is mounted here at its usual place.
read -r _ _ lab <"$state/running"
cgroup=/sys/fs/cgroup/${lab##*/}/hosts/$name
reboot_asked=133 # what nspawn exits with when its host reboots and the unit is not nspawn's own

connect_host() {
    mkdir -p "$cgroup"
    make_namespace "$name"
    wire "$name" "$number"
    apply_cable "$name" "$number"
}

run_host() {
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    exec env -i PATH="$PATH" systemd-nspawn --quiet --directory="$inner/host/$name/root" --boot --register=no --keep-unit \
        --machine="$name" --hostname="$name" --network-namespace-path="$inner/network/$name" \
        --capability=CAP_NET_ADMIN --resolv-conf=off --timezone=off --link-journal=no --console=read-only
}

clear_host() {
    remove_cgroup "$cgroup"
    unwire "$number"
    remove_namespace "$name"
}

status=$reboot_asked
while [ "$status" = "$reboot_asked" ]; do
    status=0
    connect_host
    run_host &
    wait $! || status=$?
    clear_host
done
