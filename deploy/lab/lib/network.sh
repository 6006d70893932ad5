# shellcheck shell=bash
# Faults of the network. Cuts are the switch's; the rest is done to a host's cable, and outlives its boots.

lab_cut() { # STATE A B
    open_state "${1:-}"
    in_network fabric nft add element bridge lab cut "$(both_ways "${2:-}" "${3:-}")"
}

lab_heal() { # STATE [A B]
    open_state "${1:-}"
    if [ $# -eq 1 ]; then
        in_network fabric nft flush set bridge lab cut
    else
        in_network fabric nft delete element bridge lab cut "$(both_ways "${2:-}" "${3:-}")"
    fi
}

both_ways() { # A B
    local a b
    a=$network.$(number_of "$1") b=$network.$(number_of "$2")
    [ "$a" != "$b" ] || fail "$1 cannot be cut from itself"
    echo "{ $a . $b, $b . $a }"
}

lab_unplug() { set_cable "${1:-}" "${2:-}" unplugged 1; }
lab_plug() { set_cable "${1:-}" "${2:-}" unplugged 0; }
lab_delay() { set_cable "${1:-}" "${2:-}" delay "${3:-}"; }
lab_rate() { set_cable "${1:-}" "${2:-}" rate "${3:-}"; }

set_cable() { # STATE HOST WHAT NUMBER
    open_state "$1"
    local number
    number=$(host_number "$2")
    [[ $4 =~ ^[0-9]{1,7}$ ]] || fail "'$4' is no number for $3"
    in_lab "$here/lib/set-cable.sh" "$state" "$2" "$number" "$3" "$4"
}
