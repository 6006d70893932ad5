# shellcheck shell=bash
# The lab's cgroup: one folder a lab, named for the process that owns it, in the machine's cgroup2 hierarchy.

cgroup_root() {
    local mount type
    while read -r _ mount type _; do
        [ "$type" != cgroup2 ] || { echo "$mount"; return; }
    done </proc/mounts
    fail "this machine has no cgroup2" "mount it: mount -t cgroup2 none /sys/fs/cgroup"
}

started_at() { # PID -> its start in clock ticks since boot, which tells a process from a later one of the same number
    local line
    read -r line <"/proc/$1/stat" || return
    line=${line##*) }
    cut -d' ' -f20 <<<"$line"
} 2>/dev/null

make_cgroup() { # PID of the owner
    local cgroup
    cgroup=$(cgroup_root)/k3s-upgrade-lab-$1-$(started_at "$1")
    mkdir "$cgroup" "$cgroup/hosts" "$cgroup/operator" ||
        fail "cannot make the cgroup $cgroup" "the lab needs root on the machine itself, or a container with cgroups of its own"
    [ -e "$cgroup/cgroup.kill" ] || { remove_cgroup "$cgroup"; fail "this kernel lacks cgroup.kill" "Linux 5.14 or newer has it"; }
    echo "$cgroup"
}

# Kills what is in a cgroup, again until it is gone (something may have joined meanwhile), and removes the folder. What
# the kernel cannot end yet, being in uninterruptible sleep, is waited for, 20 s at most.
remove_cgroup() { # CGROUP
    local end=$((SECONDS + 20))
    while [ -d "$1" ]; do
        { echo 1 >"$1/cgroup.kill"; } 2>/dev/null || true
        ! find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || return 0
        [ "$SECONDS" -lt "$end" ] || { say "left over: $1"; return 1; }
        sleep 0.02
    done
}

# Removes what labs left whose owner and janitor were both killed.
sweep_cgroups() {
    local cgroup owner
    for cgroup in "$(cgroup_root)"/k3s-upgrade-lab-*; do
        [ -d "$cgroup" ] || continue
        owner=${cgroup##*/k3s-upgrade-lab-}
        [ "$(started_at "${owner%-*}")" != "${owner#*-}" ] || continue
        remove_cgroup "$cgroup"
    done
}
