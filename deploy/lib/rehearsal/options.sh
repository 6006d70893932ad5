# shellcheck shell=bash
# The command line of deploy/rehearse.

usage() {
    cat <<TEXT
usage: deploy/rehearse [OPTION]…

  --to VERSION            upgrade to this version (v1.35.1+k3s1); the cluster starts with v1.34.3+k3s1
  --datastore sqlite|etcd (sqlite; etcd with several servers)
  --servers N             (1)
  --workers N             (2)
  --base / | FOLDER | cached
                          the tree under the hosts: this machine's own root, which is quickest; a folder; or a minimal
                          one that debootstrap makes once and that is kept in /var/cache/k3s-upgrade-lab (cached)
  --no-delays             K3s, or what stands in its place, takes no time for anything of its own
  --set KEY=VALUE         a setting of the stand-in (docs/standin.md), such as start-delay=10s
  --keep                  leave the hosts up afterwards, and say how to use the coordinator there
  --fault NAME[@HOST]     let something go wrong:
$(fault_list)

Needs root or sudo. Installs these packages if they are missing, without starting any service:
$(printf '%s\n' "${packages[*]}" | fold -s -w 100 | sed 's/^/  /')

Exit status: the coordinator's; 1 too if the checks that do not trust the coordinator find something; 2 for a mistake
on this command line.
TEXT
}

usage_error() {
    printf 'rehearse: %s\n' "$@" >&2
    exit 2
}

read_options() {
    from=v1.34.3+k3s1 to=v1.35.1+k3s1 datastore='' servers=1 workers=2 base=cached keep='' fault='' fault_place='' fault_host=''
    own_settings=()
    while [ $# -gt 0 ]; do
        case $1 in
            --help | -h) usage && exit ;;
            --keep) keep=1 && shift && continue ;;
            --no-delays) own_settings+=("${no_delays[@]}") && shift && continue ;;
            --to | --datastore | --servers | --workers | --base | --fault | --set) [ $# -ge 2 ] || usage_error "$1 needs a value" ;;
            *) usage_error "there is no option '$1'; --help lists them" ;;
        esac
        case $1 in
            --to) to=$2 ;;
            --datastore) datastore=$2 ;;
            --servers) servers=$2 ;;
            --workers) workers=$2 ;;
            --base) base=$2 ;;
            --set) [[ $2 == *=* ]] || usage_error "--set $2: it is KEY=VALUE"
                own_settings+=("$2") ;;
            --fault) fault=${2%%@*} fault_host=${2#"$fault"} fault_host=${fault_host#@} ;;
        esac
        shift 2
    done
    [[ $servers =~ ^[1-9]$ ]] || usage_error "--servers $servers: 1 to 9"
    [[ $workers =~ ^[0-9]{1,2}$ ]] || usage_error "--workers $workers: 0 to 99"
    workers=$((10#$workers))
    [ -n "$datastore" ] || { datastore=etcd && [ "$servers" != 1 ] || datastore=sqlite; }
    case $datastore in
        etcd) ;;
        sqlite) [ "$servers" = 1 ] || usage_error "SQLite is for one server: --datastore etcd" ;;
        *) usage_error "--datastore $datastore: there is sqlite and etcd" ;;
    esac
    [ -z "$fault" ] || check_fault
}
