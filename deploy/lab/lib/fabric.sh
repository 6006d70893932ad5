# shellcheck shell=bash
# The network: a switch in a namespace of its own, and a cable from it to the operator and to every host. What was done
# to a cable (unplugged, slowed) is kept in inner/cable, and done again when a host gets a new one at its next boot.
#
# Used inside the lab only, where network namespaces are files in inner/network.

in_namespace() { nsenter --net="$inner/network/$1" -- "${@:2}"; }

make_namespace() { # NAME
    : >"$inner/network/$1"
    unshare --net="$inner/network/$1" true
    in_namespace "$1" ip link set lo up
}

remove_namespace() { # NAME
    umount --lazy "$inner/network/$1"
    rm "$inner/network/$1"
}

make_fabric() {
    make_namespace fabric
    in_namespace fabric ip link add switch type bridge forward_delay 0
    in_namespace fabric ip link set switch up
    in_namespace fabric nft -f - <<'TEXT'
table bridge lab {
    set cut { type ipv4_addr . ipv4_addr; }
    chain forward {
        type filter hook forward priority 0;
        ip saddr . ip daddr @cut drop;
    }
}
TEXT
    make_namespace operator
    wire operator "$operator_number"
}

# The kernel takes a namespace down when it finds the time; the next boot's cable must not find this one in its place.
unwire() { # NUMBER
    in_namespace fabric ip link delete "p$1"
}

# The address of the card follows from the number, so that a host that was away is the same to its neighbours.
wire() { # NAME NUMBER
    local mac
    mac=$(printf '02:00:0a:4d:00:%02x' "$2")
    in_namespace fabric ip link add "p$2" type veth peer name eth0 address "$mac" netns "$inner/network/$1"
    in_namespace fabric ip link set "p$2" master switch up
    in_namespace "$1" ip -batch - <<TEXT
address add $network.$2/24 dev eth0
link set eth0 up
TEXT
}
