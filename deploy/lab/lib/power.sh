# shellcheck shell=bash
# Power: killed, booted, rebooted, frozen.

# A power cut: the cable goes dead first, so that no farewell of a dying socket gets out; then everything ends at once.
# What had been written stays, synced or not: the disk is memory of this machine, which did not lose its power.
lab_kill() { # STATE HOST
    open_state "${1:-}"
    local number
    number=$(host_number "${2:-}")
    require_up "$2"
    in_network fabric ip link set "p$number" down
    echo 1 >"$(host_cgroup "$2")/cgroup.kill"
    until_true "$2 is off" is_cleared "$2"
}

is_cleared() { [ ! -e "$(inner_from_outside)/network/$1" ] && [ ! -d "$(host_cgroup "$1")" ]; }

lab_boot() { # STATE HOST
    open_state "${1:-}"
    host_number "${2:-}" >/dev/null
    ! is_up "$2" || fail "$2 is on already" "for an orderly restart: lab reboot $state $2"
    until_true "$2 is off" is_cleared "$2"
    # shellcheck disable=SC2016 # expanded in there
    in_lab bash -c 'setsid "$1/lib/run-host.sh" "$2" "$3" </dev/null >>"$2/console/$3" 2>&1 &' - "$here" "$state" "$2"
    until_true "$2 is on" is_up "$2"
}

lab_reboot() { # STATE HOST: returns when the host has gone down
    open_state "${1:-}"
    host_number "${2:-}" >/dev/null
    require_up "$2"
    local before
    before=$(host_init "$2")
    (source "$here/lib/enter.sh" && exec_on_host "$2" systemctl reboot)
    timeout 90 tail --pid="$before" --sleep-interval=0.02 -f /dev/null || fail "$2 did not go down within 90 s" "see: lab console $state $2"
}

lab_freeze() { set_frozen "${1:-}" "${2:-}" 1; }
lab_thaw() { set_frozen "${1:-}" "${2:-}" 0; }

set_frozen() { # STATE HOST 0-OR-1
    open_state "$1"
    host_number "$2" >/dev/null
    require_up "$2"
    echo "$3" >"$(host_cgroup "$2")/cgroup.freeze"
    until_true "$2 is frozen ($3)" grep -qx "frozen $3" "$(host_cgroup "$2")/cgroup.events"
}
