# shellcheck shell=bash
# What is known of the cluster beside the tool that upgrades it.

cluster_record() { # STATE FOLDER
    open_state "${1:-}"
    local folder=${2:-} name records=()
    [ -n "$folder" ] || fail "record where?" "name a folder"
    read_hosts
    mkdir -p -- "$folder"
    objects >"$folder/objects.json" || rm -f -- "$folder/objects.json"
    for name in "${servers[@]}" ${workers[@]+"${workers[@]}"}; do
        ! is_up "$name" || record_host "$name" "$folder/$name" &
        records+=("$!")
    done
    for name in "${records[@]}"; do wait "$name"; done
}

# As an archive, which keeps times, owners and modes.
record_host() { # NAME FOLDER
    mkdir -p -- "$2"
    # shellcheck disable=SC2016 # expanded on the host
    on_host "$1" sh -c 'cd / && tar -cf - $(ls -d \
        etc/systemd/system/k3s*.service etc/systemd/system/k3s*.service.env etc/systemd/system/multi-user.target.wants/k3s* \
        var/log/k3s-standin.log var/log/k3s-killall.log var/lib/k3s-upgrade-agent/snapshots 2>/dev/null)' |
        tar -C "$2" -xpf -
}
