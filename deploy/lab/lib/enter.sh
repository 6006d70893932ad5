# shellcheck shell=bash
# Running things in the lab, and looking at what its hosts said.

lab_hosts() {
    open_state "$@"
    local name number role
    while read -r name number role; do
        echo "$name $network.$number $role"
    done <"$state/hosts"
}

lab_exec() { # STATE (--host HOST | --operator | --fabric) -- CMD…
    open_state "${1:-}" && shift
    local place=${1:-} host=
    case $place in
        --host) host=${2:-} && shift 2 ;;
        --operator | --fabric) shift ;;
        *) fail "exec where?" "say --host HOST, --operator or --fabric" ;;
    esac
    [ "${1:-}" != -- ] || shift
    [ $# -gt 0 ] || fail "exec what?" "put the command after --"
    case $place in
        --host) exec_on_host "$host" "$@" ;;
        --operator) exec_as_operator "$@" ;;
        --fabric) exec nsenter --net="$(inner_from_outside)/network/fabric" -- "$@" ;;
    esac
}

# Not in the host's cgroup, so that a frozen host can be looked at. A shell of ours waits for the command rather than
# nsenter, which stops itself when what it waits for is stopped: a host that shuts down stops everything before it kills
# it, and would then wait for ever for a dead process that a stopped nsenter does not reap.
exec_on_host() { # HOST CMD…
    local pid
    host_number "$1" >/dev/null
    require_up "$1"
    pid=$(host_init "$1")
    # shellcheck disable=SC2016 # expanded in there
    exec nsenter --no-fork --target "$pid" --mount --uts --ipc --net --pid --root --wd="/proc/$pid/root" -- \
        /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        /bin/sh -c '"$@"; exit $?' - setpriv --pdeathsig KILL -- "${@:2}"
}

# The command replaces this process, so the caller's signals reach it; being in the lab's cgroup, it ends with the lab.
exec_as_operator() { # CMD…
    echo "$BASHPID" >"$lab_cgroup/operator/cgroup.procs"
    HOME=$state/operator exec nsenter --net="$(inner_from_outside)/network/operator" -- "$@"
}

lab_ssh() { # STATE [USER@]HOST [CMD…]
    open_state "${1:-}" && shift
    [ $# -gt 0 ] || fail "ssh where?" "name a host"
    exec_as_operator ssh -F "$state/operator/.ssh/config" "$@"
}

lab_await() { # STATE HOST [SECONDS]
    open_state "${1:-}"
    local host=${2:-} seconds=${3:-60}
    host_number "$host" >/dev/null
    source "$here/lib/answers.sh"
    export -f answers
    in_network operator timeout "$seconds" bash -c 'until answers "$@"; do sleep 0.05; done' - "$host" "$network.$(host_number "$host")" \
        "$state/operator/.ssh/config" || fail "$host did not answer ssh within $seconds s" "see: lab console $state $host"
}

lab_console() { # STATE HOST
    open_state "${1:-}"
    host_number "${2:-}" >/dev/null
    cat "$state/console/$2"
}

lab_journal() { # STATE HOST [OPTION…]
    open_state "${1:-}"
    exec_on_host "${2:-}" journalctl --no-pager "${@:3}"
}
