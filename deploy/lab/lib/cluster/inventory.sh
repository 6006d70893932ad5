# shellcheck shell=bash
# The operator's cluster.yaml.

write_inventory() {
    local ssh=$state/operator/.ssh name number role
    {
        echo nodes:
        while read -r name number role; do
            printf '  - name: %s\n    role: %s\n    address: %s.%d\n' "$name" "$role" "$network" "$number"
        done <"$state/hosts"
        cat <<TEXT
ssh:
  key: $state/operator/.config/k3s-upgrade/id_ed25519
  knownHosts: $ssh/known_hosts
  configuration: $ssh/config
  user: ops
release:
  releases: $site/releases
  channels: $site/v1-release/channels
  installer: $site/install.sh
TEXT
        [ ${#policy[@]} = 0 ] || printf '%s\n' policy: "${policy[@]/#/  }"
    } >"$state/operator/cluster.yaml"
    echo "$state/operator/cluster.yaml"
}
