# shellcheck shell=bash
# K3s on the hosts, installed as its operator would: with the installer, one server, the others, the workers.

cluster_up() { # STATE OPTION…
    open_state "${1:-}" && shift
    local version='' datastore=sqlite folder='' faults=() settings=() policy=()
    while [ $# -gt 0 ]; do
        require_value $# "$1"
        case $1 in
            --version) require_version "$2" && version=$2 ;;
            --datastore) datastore=$2 ;;
            --site) folder=$2 ;;
            --site-fault) faults+=("$2") ;;
            --set) require_setting "$2" && settings+=("$2") ;;
            --policy) require_setting "$2" && policy+=("${2/=/: }") ;;
            *) fail "up has no option '$1'" "\`cluster help\` shows how it is used" ;;
        esac
        shift 2
    done
    [ -n "$version" ] || fail "up needs --version" "for example --version v1.34.3+k3s1"
    [[ $datastore =~ ^(sqlite|etcd)$ ]] || fail "--datastore $datastore: there is sqlite and etcd"
    require_standin
    read_hosts
    [ "$datastore" = etcd ] || [ ${#servers[@]} = 1 ] || fail "SQLite is for one server" "use --datastore etcd"
    if [ -z "$folder" ]; then
        folder=$state/site
        cluster_releases "$folder"
    fi
    start_site "$folder" ${faults[@]+"${faults[@]}"}
    set_on_hosts ${settings[@]+"${settings[@]}"}
    install_k3s
    await_well
    write_inventory
}

read_hosts() { # -> servers, workers
    local name role
    servers=() workers=()
    while read -r name _ role; do
        if [ "$role" = server ]; then servers+=("$name"); else workers+=("$name"); fi
    done <"$state/hosts"
}

set_on_hosts() { # HOST:KEY=VALUE…
    local setting
    for setting; do
        on_host "${setting%%:*}" sh -c 'mkdir -p /etc/k3s-standin && cat >>/etc/k3s-standin/config' <<<"${setting#*:}"
    done
}

on_host() { (exec_on_host "$@"); }

install_k3s() {
    local name token founding=()
    installs=()
    [ "$datastore" = sqlite ] || founding=(--cluster-init)
    install_on "${servers[0]}" --write-kubeconfig-mode 644 ${founding[@]+"${founding[@]}"}
    await_installs
    token=$(on_host "${servers[0]}" cat /var/lib/rancher/k3s/server/token)
    first=https://$network.$(host_number "${servers[0]}"):6443
    for name in "${servers[@]:1}"; do K3S_TOKEN=$token install_on "$name" server --server "$first" --write-kubeconfig-mode 644; done
    for name in ${workers[@]+"${workers[@]}"}; do K3S_TOKEN=$token K3S_URL=$first install_on "$name"; done
    await_installs
}

# What an operator would type, by standard input: no token on a command line.
install_on() { # HOST ARGUMENT…, with K3S_TOKEN and K3S_URL
    local log=$state/install-$1.log
    on_host "$1" sh -s - "${@:2}" >"$log" 2>&1 <<TEXT &
set -e
curl --fail --silent --show-error --output /tmp/install.sh $site/install.sh
export INSTALL_K3S_VERSION=$version GITHUB_URL=$site/releases
${K3S_TOKEN:+export K3S_TOKEN=$K3S_TOKEN}
${K3S_URL:+export K3S_URL=$K3S_URL}
timeout 60 sh /tmp/install.sh "\$@" </dev/null
TEXT
    installs+=("$! $1")
}

await_installs() {
    local install
    for install in "${installs[@]}"; do
        wait "${install% *}" || fail "K3s could not be installed on ${install#* }" "$(tail -n 5 "$state/install-${install#* }.log")"
    done
    installs=()
}
