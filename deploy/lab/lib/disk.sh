# shellcheck shell=bash
# Faults of a host's disk.

# A disk is filled by shrinking it around what is on it: at once, whatever its size, and at no cost of memory.
lab_fill() { # STATE HOST [BYTES-LEFT]
    open_state "${1:-}"
    host_number "${2:-}" >/dev/null
    local left=${3:-0} block blocks free
    [[ $left =~ ^[0-9]+$ ]] || fail "'$left' is no number of bytes"
    read -r block blocks free < <(stat --file-system --format='%S %b %f' "$(inner_from_outside)/host/$2/disk")
    [ "$((free * block))" -ge "$left" ] || fail "the disk of $2 has only $((free * block)) bytes free" "empty it first: lab unfill $state $2"
    resize_disk "$2" "$(((blocks - free) * block + left))"
}

lab_unfill() { # STATE HOST
    open_state "${1:-}"
    host_number "${2:-}" >/dev/null
    resize_disk "$2" "$(cat "$(inner_from_outside)/host/$2/disk-size")"
}

resize_disk() { # HOST SIZE
    in_lab mount -o "remount,size=$2" "$state/inner/host/$1/disk" || fail "cannot make the disk of $1 $2 large"
}

lab_readonly() { remount "${1:-}" "${2:-}" ro; }
lab_writable() { remount "${1:-}" "${2:-}" rw; }

remount() { # STATE HOST ro-OR-rw
    open_state "$1"
    host_number "$2" >/dev/null
    in_lab mount -o "remount,$3" "$state/inner/host/$2/root" ||
        fail "the root of $2 cannot be made $3" "it cannot while a file of it is open for writing: stop what writes"
}
