# shellcheck shell=bash
# The control plane as somebody else sees it.

cluster_outage() { # STATE
    open_state "${1:-}"
    read_hosts
    local address=$network.$(host_number "${servers[0]}")
    # The token by a descriptor, so that no command line shows it.
    exec 3< <(on_host "${servers[0]}" sed -n 's/^ *token: //p' /etc/rancher/k3s/k3s.yaml)
    exec_as_operator /usr/bin/python3 "$here/lib/cluster/outage.py" "http://$address:6443/readyz"
}
