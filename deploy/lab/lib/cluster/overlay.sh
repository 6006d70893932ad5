# shellcheck shell=bash
# The layer under every host: what is the same on all of them, and must be there at the first boot.

cluster_overlay() { # TREE [--set KEY=VALUE]…
    local tree=${1:-} kubectl
    [ -n "$tree" ] || fail "overlay where?" "name a folder"
    shift
    kubectl=$(source "$here/../lib/kubectl.sh" && kubectl_in_cache)
    [ -x "$kubectl" ] || fail "there is no $kubectl" "deploy/setup fetches it"
    mkdir -p -- "$tree/etc/k3s-standin" "$tree/var/lib/k3s-standin"
    install -m 755 "$kubectl" "$tree/var/lib/k3s-standin/kubectl"
    while [ $# -gt 0 ]; do
        [ "$1" = --set ] || fail "overlay has no option '$1'" "\`cluster help\` shows how it is used"
        require_value $# "$1"
        require_setting "$2"
        printf '%s\n' "$2"
        shift 2
    done >"$tree/etc/k3s-standin/config"
}
