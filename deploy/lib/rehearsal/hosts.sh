# shellcheck shell=bash
# What a rehearsal stands on: packages, programs, the hosts and their cluster.

lab=$root/deploy/lab/lab
cluster=$root/deploy/lab/cluster
state=''

# As real ones, but short: what takes a minute on a real node takes seconds here.
delays=(
    start-delay=1500ms readyz-delay=500ms stop-delay=200ms kubelet-delay=500ms lease-renew=500ms node-grace=5s
    evict-after=30s leader-lease=3s pod-start=300ms pod-stop=200ms job-time=500ms retry=200ms
)
no_delays=(
    start-delay=0 readyz-delay=0 stop-delay=0 kubelet-delay=0 lease-renew=0 leader-lease=0 pod-start=0 pod-stop=0
    job-time=0 snapshot-time=0 retry=50ms
)

say() { printf 'rehearse: %s\n' "$*" >&2; }

fail() {
    printf 'rehearse: %s\n' "$@" >&2
    exit 1
}

set_up() {
    "$root/deploy/setup" >&2
    is_built || "$root/deploy/build" >&2
}

# Whether nothing that programs are made from is younger than the last build of them all.
is_built() {
    local stamp=$root/.build-agent/built
    [ -e "$stamp" ] && [ -z "$(find "$root/Sources" "$root/Package.swift" "$root/deploy/build" -newer "$stamp" -print -quit)" ]
}

# Everything of the rehearsal is in one folder and one lab, and both are the keeper's.
boot_cluster() {
    local setting settings=(--set workload=sample --set "workload-nodes=$((servers + workers))") making
    [ "$base" != cached ] || "$lab" base >/dev/null || fail 'there is no base for the hosts'
    say "booting $((servers + workers)) hosts"
    for setting in "${delays[@]}" ${own_settings[@]+"${own_settings[@]}"}; do settings+=(--set "$setting"); done
    state=$(mktemp -d /tmp/k3s-rehearsal-XXXXXX)
    start_keeper "${settings[@]}"
    "$cluster" releases "$state/site" &
    making=$!
    await_lab
    wait "$making" || fail 'the releases could not be made'
    place_fault
    say "installing $from, with $datastore"
    mapfile -t settings < <(fault_options)
    "$cluster" up "$state" --version "$from" --datastore "$datastore" --site "$state/site" ${settings[@]+"${settings[@]}"} >/dev/null ||
        fail 'the cluster could not be made; the last words of k3s on its server:' \
            "$("$lab" exec "$state" --host k3s-master -- journalctl -u k3s -n 6 -o cat --no-pager 2>&1 || true)"
}

start_keeper() { # OPTION OF THE OVERLAY…
    printf '%s\n' "$@" >"$state/overlay-options"
    exec {lab_says}< <(exec setpriv --pdeathsig TERM setsid "$root/deploy/lib/rehearsal/keeper.sh" "$$" "$state" \
        --servers "$servers" --workers "$workers" --base "$base" </dev/null 2>/dev/null)
    keeper=$!
    trap end_rehearsal EXIT
    trap 'exit 143' TERM
    trap 'exit 130' INT
    trap 'exit 129' HUP
}

await_lab() {
    local line=''
    read -r line <&"$lab_says" || true
    [[ $line == 'lab ready'* ]] || fail 'the hosts did not boot' "$(cat "$state/lab.log")"
    exec {lab_says}<&-
}

# Returns when nothing of it is left.
end_rehearsal() {
    trap '' TERM INT HUP
    kill -TERM "$keeper" 2>/dev/null || true
    tail --pid="$keeper" -s 0.05 -f /dev/null
}
