# shellcheck shell=bash
# What can go wrong in a rehearsal, by name: where it strikes unless told otherwise, and how it is brought about.

# NAME PLACE WHAT-HAPPENS. PLACE: worker or server (one of them, a host that can be named), servers (all), cluster, site.
faults=(
    'wont-start         worker  the new version does not start'
    'start-hangs        worker  the new version hangs when it starts'
    'never-ready        worker  the node never becomes Ready with the new version'
    'notready-after-20s worker  the node is Ready with the new version, and 20 s later is not'
    'crash-loop-pod     worker  a pod crash-loops on the new version'
    'installer-killed   worker  the installer is killed between deleting unit and environment and writing them'
    'disk-full          worker  the disk is full'
    'snapshot-lies      servers the snapshot succeeds and there is none (etcd)'
    'snapshot-part      servers the snapshot breaks off (etcd)'
    'snapshot-corrupt   servers the snapshot is damaged (etcd)'
    'budget-blocks      cluster a disruption budget allows nothing'
    'bare-pod           cluster a pod that nothing would replace'
    'release-corrupt    site    the new version is damaged on its way'
    'release-missing    site    the new version is not to be had'
    'release-slow       site    the new version comes slowly'
)

fault_list() { printf '      %s\n' "${faults[@]}" | sed -E 's/^( +[^ ]+ +)(worker|servers|cluster|site) +/\1/'; }

check_fault() {
    local name place
    fault_place=
    while read -r name place _; do [ "$name" != "$fault" ] || fault_place=$place; done < <(printf '%s\n' "${faults[@]}")
    [ -n "$fault_place" ] || usage_error "there is no fault '$fault'; there are:" "$(fault_list)"
    case $fault in snapshot-*) [ "$datastore" = etcd ] || usage_error "$fault is for etcd: --datastore etcd" ;; esac
    [ -z "$fault_host" ] || [ "$fault_place" = worker ] || usage_error "$fault does not strike one host"
}

# Where it strikes: the host named, or the first worker, or the first server if there is no worker.
place_fault() { # with the lab's hosts known
    [ "$fault_place" = worker ] || return 0
    if [ -z "$fault_host" ]; then
        fault_host=$(awk '$3 == "worker" { print $1; exit }' "$state/hosts")
        fault_host=${fault_host:-k3s-master}
    elif ! cut -d' ' -f1 "$state/hosts" | grep -qxF -- "$fault_host"; then
        usage_error "--fault $fault@$fault_host: there is no such host; there are $(cut -d' ' -f1 "$state/hosts" | tr '\n' ' ')"
    fi
}

# -> options of `cluster up`. With a fault, what would be waited for in vain is not waited for as long.
fault_options() {
    [ -z "$fault" ] || printf -- '--policy\n%s\n' controlPlaneLimit=25 gateTimeout=25 drainTimeout=25
    case $fault in
        '' | installer-killed | disk-full) ;;
        wont-start | start-hangs | never-ready | notready-after-20s | crash-loop-pod) printf '%s\n' --set "$fault_host:fault=$fault@$to" ;;
        snapshot-*) awk -v fault="$fault" '$3 == "server" { print "--set"; print $1 ":fault=" fault }' "$state/hosts" ;;
        budget-blocks | bare-pod) awk -v fault="$fault" '$3 == "server" { print "--set"; print $1 ":workload=sample," fault }' "$state/hosts" ;;
        release-*) printf '%s\n' --site-fault "${fault#release-}@$to" ;;
    esac
}

# What can only be brought about once the cluster is up and the agents are installed.
break_host() {
    case $fault in
        installer-killed)
            "$lab" exec "$state" --host "$fault_host" -- sh -c 'echo deleted kill >/etc/k3s-standin/installer-stops-at'
            ;;
        disk-full) "$lab" fill "$state" "$fault_host" ;;
    esac
}
