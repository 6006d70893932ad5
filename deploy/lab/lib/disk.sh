# Faults of a host's disk.

# The ballast lies beside the host's files on the same disk, where the host does not see it.
lab_fill() { # STATE HOST [BYTES-LEFT]
    open_state "${1:-}"
    local disk left=${3:-0} free
    disk=$(disk_of "${2:-}")
    [[ $left =~ ^[0-9]+$ ]] || fail "'$left' is no number of bytes"
    rm -f "$disk/ballast"
    free=$(($(stat --file-system --format='%a * %S' "$disk")))
    [ "$free" -gt "$left" ] || fail "the disk of $2 has only $free bytes free"
    fallocate --length "$((free - left))" "$disk/ballast"
}

lab_unfill() { # STATE HOST
    open_state "${1:-}"
    local disk
    disk=$(disk_of "${2:-}")
    rm -f "$disk/ballast"
}

disk_of() { # HOST
    host_number "$1" >/dev/null
    echo "$(inner_from_outside)/host/$1/disk"
}

lab_readonly() { remount "${1:-}" "${2:-}" ro; }
lab_writable() { remount "${1:-}" "${2:-}" rw; }

remount() { # STATE HOST ro-OR-rw
    open_state "$1"
    host_number "$2" >/dev/null
    in_lab mount -o "remount,$3" "$state/inner/host/$2/root" ||
        fail "the root of $2 cannot be made $3" "it cannot while a file of it is open for writing: stop what writes"
}
