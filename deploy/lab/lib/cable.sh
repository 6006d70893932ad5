# shellcheck shell=bash
# What can be done to a host's cable, inside the lab: unplugged, rate, delay.

apply_cable() { # NAME NUMBER
    local what value
    for what in rate delay unplugged; do
        { read -r value <"$inner/cable/$1.$what"; } 2>/dev/null || continue
        [ "$value" = 0 ] || "cable_$what" "$1" "$2" "$value"
    done
}

cable_unplugged() { # NAME NUMBER 0-OR-1
    local to=up
    [ "$3" = 0 ] || to=down
    in_namespace fabric ip link set "p$2" "$to"
}

cable_rate() { # NAME NUMBER KBIT
    local end
    for end in "fabric p$2" "$1 eth0"; do
        # shellcheck disable=SC2086 # two words each
        set -- "$1" "$2" "$3" $end
        if [ "$3" = 0 ]; then
            in_namespace "$4" tc qdisc delete dev "$5" root 2>/dev/null || true
        else
            in_namespace "$4" tc qdisc replace dev "$5" root tbf rate "$3kbit" burst 16kb latency 400ms
        fi
    done
}

# A relay between the cable and a second cable to the switch. The kernel's own netem would do, where there is one.
cable_delay() { # NAME NUMBER MS
    local relay
    if { read -r relay <"$inner/cable/$1.relay"; } 2>/dev/null; then
        kill "$relay" 2>/dev/null || true
        rm "$inner/cable/$1.relay"
    fi
    in_namespace fabric ip link delete "d$2" 2>/dev/null || true
    if [ "$3" = 0 ]; then
        in_namespace fabric ip link set "p$2" master switch
        return
    fi
    in_namespace fabric ip -batch - <<TEXT
link add d$2 type veth peer name r$2
link set d$2 master switch up
link set r$2 up
link set p$2 nomaster
TEXT
    setsid nsenter --net="$inner/network/fabric" /usr/bin/python3 "$here/lib/relay.py" "p$2" "r$2" "$3" \
        </dev/null >>"$state/console/relay" 2>&1 &
    echo $! >"$inner/cable/$1.relay"
}
