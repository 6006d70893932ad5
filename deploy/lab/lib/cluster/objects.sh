# shellcheck shell=bash
# The cluster as its API shows it, and what is not well in it.

objects_kept=nodes,deployments,statefulsets,daemonsets,jobs,poddisruptionbudgets,persistentvolumes,persistentvolumeclaims,pods

# From the first server that answers: one may be the one that is broken.
objects() {
    local server
    for server in "${servers[@]}"; do
        ! on_host "$server" timeout 20 k3s kubectl get "$objects_kept" --all-namespaces -o json 2>"$state/kubectl.log" || return 0
    done
    return 1
}

cluster_problems() { # STATE
    open_state "${1:-}"
    read_hosts
    problems
}

problems() {
    local list
    list=$(objects) || { echo "the API does not answer: $(tail -n 1 "$state/kubectl.log")"; return; }
    /usr/bin/python3 "$here/lib/cluster/problems.py" $((${#servers[@]} + ${#workers[@]})) <<<"$list"
}

await_well() {
    local end=$((SECONDS + 150)) found
    while found=$(problems) && [ -n "$found" ]; do
        [ "$SECONDS" -lt "$end" ] || fail "the cluster is not well after 150 s" "$found"
        sleep 0.1
    done
}
