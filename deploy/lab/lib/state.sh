# shellcheck shell=bash
# A running lab as seen from outside: the files of its STATE folder, and the way into its namespaces.
#
#   running      "PID UNSHARE-PID CGROUP", there while the lab runs
#   hosts        a line a host: name, number (the last byte of its address), role
#   operator     home of the operator: ssh keys, known_hosts, config
#   console      what each host printed
#   inner        file systems that only the lab sees: disks, roots, network namespaces

network=10.77.0
operator_number=1
first_host_number=10

open_state() { # STATE
    [ -n "${1:-}" ] || fail "which lab?" "name the folder given to \`lab up --state\`"
    state=$(realpath -e -- "$1" 2>/dev/null) || fail "no lab at $1: there is no such folder"
    { read -r lab_pid unshare_pid lab_cgroup <"$state/running"; } 2>/dev/null ||
        fail "no lab runs in $state" "start one: lab up --state $state"
    kill -0 "$unshare_pid" 2>/dev/null || fail "the lab in $state has ended" "start it again: lab up --state $state"
}

host_number() { # NAME -> the last byte of its address
    local name number
    while read -r name number _; do
        [ "$name" != "$1" ] || { echo "$number"; return; }
    done <"$state/hosts"
    fail "there is no host '$1' in this lab" "its hosts: $(cut -d' ' -f1 "$state/hosts" | tr '\n' ' ')"
}

number_of() { # NAME or `operator`
    if [ "$1" = operator ]; then echo "$operator_number"; else host_number "$1"; fi
}

# The lab's private mounts, from here: no need to enter its mount namespace for looking at a file.
inner_from_outside() { echo "/proc/$unshare_pid/root$state/inner"; }

in_lab() { nsenter --mount="/proc/$unshare_pid/ns/mnt" --pid="/proc/$unshare_pid/ns/pid_for_children" -- "$@"; }

in_network() { # NAME CMD…
    nsenter --net="$(inner_from_outside)/network/$1" -- "${@:2}"
}

host_cgroup() { echo "$lab_cgroup/hosts/$1"; }

is_up() { # HOST
    local key value
    while read -r key value; do
        [ "$key" != populated ] || { [ "$value" = 1 ]; return; }
    done 2>/dev/null <"$(host_cgroup "$1")/cgroup.events"
}

# Waits for something that takes the lab milliseconds, and gives up when it does not come.
until_true() { # WHAT CMD…
    local end=$((SECONDS + 30))
    until "${@:2}"; do
        [ "$SECONDS" -lt "$end" ] || fail "waited 30 s in vain until $1"
        sleep 0.01
    done
}

require_up() { is_up "$1" || fail "$1 is off" "start it: lab boot $state $1"; }

# The host's PID 1, as this machine numbers it: the one process of its cgroup that is 1 in its own namespace.
host_init() { # HOST
    local pid line
    while read -r pid; do
        line=$(grep -s ^NSpid: "/proc/$pid/status") || continue
        [ "${line##*$'\t'}" != 1 ] || { echo "$pid"; return; }
    done < <(cat "$(host_cgroup "$1")"/payload{/init.scope,}/cgroup.procs 2>/dev/null)
    fail "$1 has no PID 1 yet" "wait for it: lab await $state $1"
}
