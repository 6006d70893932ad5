# shellcheck shell=bash
# Starting and ending a lab, on the machine's side of it.
#
# Three things keep the promise that nothing outlives the lab. Its hosts live in a pid namespace of their own that ends
# with this process. Every process of it, the operator's commands included, is in one cgroup. And a janitor, woken by
# the death of this process however it came about, kills that cgroup and removes it.

source "$here/lib/cgroup.sh"

up() {
    local state='' servers=1 workers=2 base=cached disk=1g forever='' overlays=()
    while [ $# -gt 0 ]; do
        case $1 in
            --forever) forever=1 && shift && continue ;;
            --state | --servers | --workers | --base | --disk | --overlay) [ $# -ge 2 ] || fail "$1 needs a value" ;;
            *) fail "up has no option '$1'" "\`lab help\` lists them" ;;
        esac
        case $1 in
            --state) state=$2 ;;
            --servers) servers=$2 ;;
            --workers) workers=$2 ;;
            --base) base=$2 ;;
            --disk) disk=$2 ;;
            --overlay) overlays+=("$(realpath -e -- "$2")") || fail "there is no overlay $2" ;;
        esac
        shift 2
    done
    check_options
    check_machine
    base=$(source "$here/lib/base.sh" && base_tree "$base")
    make_state
    run_lab
}

check_options() {
    [ -n "$state" ] || fail "up needs --state" "name a new folder for the lab's files"
    [[ $servers =~ ^[1-9][0-9]?$ && $workers =~ ^(0|[1-9][0-9]{0,2})$ && $((servers + workers)) -le 200 ]] ||
        fail "--servers $servers --workers $workers: a lab has 1 to 99 servers, and at most 200 hosts"
    [[ $disk =~ ^[0-9]+[kmg]$ ]] || fail "--disk $disk is no size" "for example 512m"
}

check_machine() {
    local tool missing=()
    [ "$(id -u)" = 0 ] || fail "booting hosts needs root" "run it with sudo"
    for tool in unshare nsenter setpriv systemd-nspawn ip tc nft ssh ssh-keygen python3; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    [ ${#missing[@]} -eq 0 ] || fail "this machine lacks ${missing[*]}" "deploy/setup installs what is needed"
}

make_state() {
    install -d -m 700 -- "$state" || fail "cannot make $state"
    state=$(realpath -e -- "$state")
    [[ $state =~ ^/[A-Za-z0-9._/-]+$ ]] || fail "--state $state: mounts need a plain path" "letters, digits and ._-/"
    [[ $state != /run/* ]] || fail "--state $state: the lab has a /run of its own" "put it elsewhere, for example under /tmp"
    if [ -e "$state/running" ]; then
        local pid rest
        read -r pid rest <"$state/running"
        ! kill -0 "$pid" 2>/dev/null || fail "a lab runs in $state already" "end it: lab down $state"
    fi
    rm -rf -- "$state"/{running,hosts,operator,console,inner}
    install -d -m 700 "$state"/{operator,operator/.ssh,console,inner}
    plan_hosts >"$state/hosts"
}

plan_hosts() {
    local i number=$first_host_number
    for ((i = 1; i <= servers; i++, number++)); do
        if [ "$i" = 1 ]; then echo "k3s-master $number server"; else printf 'k3s-master-%02d %d server\n' "$i" "$number"; fi
    done
    for ((i = 1; i <= workers; i++, number++)); do printf 'k3s-worker-%02d %d worker\n' "$i" "$number"; done
}

run_lab() {
    local stdin inside on_watch
    sweep_cgroups
    cgroup=$(make_cgroup $$)
    janitor='' reader=''
    # `wait` below ends when a trapped signal comes; whatever must be undone then is the janitor's.
    trap 'exit 143' TERM
    trap 'exit 130' INT
    trap 'exit 129' HUP
    trap end_lab EXIT
    exec {on_watch}< <(exec setpriv --pdeathsig TERM "$here/lib/janitor.sh" "$cgroup" "$state" </dev/null)
    janitor=$!
    read -r -t 10 <&"$on_watch" || fail "the lab's janitor does not start"
    exec {stdin}<&0
    enter_namespaces &
    inside=$!
    if [ -n "$forever" ]; then
        wait "$inside" || true
    else
        setpriv --pdeathsig KILL cat <&"$stdin" >/dev/null &
        reader=$!
        wait -n "$inside" "$reader" || true
    fi
    kill -0 "$inside" 2>/dev/null || fail "the lab ended by itself" "its hosts' last words are in $state/console"
    say "the lab ends with its standard input"
}

enter_namespaces() {
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    echo "$$ $BASHPID $cgroup" >"$state/running"
    exec {stdin}<&- setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
        "$here/lib/inside.sh" "$state" "$base" "$disk" "$$" ${overlays[@]+"${overlays[@]}"} </dev/null
}

end_lab() {
    trap '' TERM INT HUP
    [ -z "$reader" ] || kill "$reader" 2>/dev/null || true
    [ -z "$janitor" ] || { kill "$janitor" 2>/dev/null && wait "$janitor"; } || true
}

down() { # STATE
    open_state "$@"
    kill "$lab_pid"
    until_true "the lab in $state has ended" test ! -e "$state/running"
}
