# shellcheck shell=bash
# One host inside the lab: its disk and root, and its boot.

make_host() { # NAME NUMBER
    local folder=$inner/host/$1 ssh=$state/operator/.ssh key
    mkdir -p "$folder"/{disk,root}
    mount -t tmpfs -o "mode=755,size=$disk" "disk-$1" "$folder/disk"
    echo "$disk" >"$folder/disk-size"
    key=$folder/disk/upper/etc/ssh/ssh_host_ed25519_key
    mkdir -p "$folder/disk/upper/etc/ssh" "$folder/disk/work"
    echo "$1" >"$folder/disk/upper/etc/hostname"
    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$key"
    echo "$1,$network.$2 $(cut -d' ' -f1,2 "$key.pub")" >>"$ssh/known_hosts"
    mount -t overlay -o "lowerdir=$inner/stage/common:$base,upperdir=$folder/disk/upper,workdir=$folder/disk/work" \
        "$1" "$folder/root"
}

boot_host() { # NAME
    setsid "$here/lib/run-host.sh" "$state" "$1" </dev/null >>"$state/console/$1" 2>&1 &
}

write_ssh_config() {
    local ssh=$state/operator/.ssh name number
    {
        while read -r name number _; do printf 'Host %s\n    HostName %s.%d\n' "$name" "$network" "$number"; done <"$state/hosts"
        cat <<TEXT
Host *
    User root
    IdentityFile $ssh/id_ed25519
    UserKnownHostsFile $ssh/known_hosts
    StrictHostKeyChecking yes
    BatchMode yes
    ConnectTimeout 5
TEXT
    } >"$ssh/config"
}
