# shellcheck shell=bash
# The layer that all hosts share, over the base tree: what makes a host of it, and what must not show of the base.

make_stage() {
    stage=$inner/stage/root common=$inner/stage/common
    mkdir "$stage" "$common" "$inner/stage/work"
    [ "$base" != / ] || hide_the_machine
    mount -t overlay -o "lowerdir=$base,upperdir=$common,workdir=$inner/stage/work" stage "$stage"
    lay_overlays
    make_blank
    make_users
    make_sshd
    choose_units
    umount "$stage"
}

# On the machine's own root: folders that are its own business are made opaque, so they look empty on the hosts.
hide_the_machine() {
    local folder
    (
        cd "$common" || exit
        for folder in root home tmp run work mnt media srv opt var/log var/tmp var/cache var/spool etc/systemd/system etc/ssh \
            etc/sudoers.d etc/cron.d etc/init.d etc/rc{0,1,2,3,4,5,6,S}.d; do
            [ ! -d "/$folder" ] || { mkdir -p "$folder" && echo "$folder"; }
        done | /usr/bin/python3 -c 'import os, sys
for line in sys.stdin: os.setxattr(line.strip(), "trusted.overlay.opaque", b"y")'
        chmod 1777 tmp var/tmp
        chmod 700 root
    )
}

# As root's files whoever made the tree, and without touching the mode of folders that are there already.
lay_overlays() {
    local tree
    for tree in ${overlays[@]+"${overlays[@]}"}; do
        tar -C "$tree" -cf - . | tar -C "$stage" --no-same-owner --no-overwrite-dir --preserve-permissions -xf -
    done
}

make_blank() {
    rm -rf "$stage"/etc/machine-id "$stage"/var/lib/dbus/machine-id "$stage"/etc/ssh/ssh_host_*
    : >"$stage/etc/machine-id"
    : >"$stage/etc/fstab"
    { echo '127.0.0.1 localhost'; awk -v net="$network" '{ print net "." $2, $1 }' "$state/hosts"; } >"$stage/etc/hosts"
}

make_users() {
    local key=$state/operator/.ssh/id_ed25519 home
    ssh-keygen -q -t ed25519 -N '' -C operator -f "$key"
    chroot "$stage" id ops >/dev/null 2>&1 || chroot "$stage" useradd --create-home --shell /bin/bash ops
    mkdir -p "$stage/etc/sudoers.d"
    install -m 440 /dev/stdin "$stage/etc/sudoers.d/ops" <<<'ops ALL=(ALL) NOPASSWD: ALL'
    for home in root home/ops; do
        install -d -m 700 "$stage/$home" "$stage/$home/.ssh"
        install -m 600 "$key.pub" "$stage/$home/.ssh/authorized_keys"
    done
    chroot "$stage" chown -R ops: /home/ops
    # A session without a user manager of its own: half the cost of a login, and nothing here needs one.
    sed -i /pam_systemd/d "$stage/etc/pam.d/common-session"
}

make_sshd() {
    mkdir -p "$stage/etc/ssh"
    cat >"$stage/etc/ssh/sshd_config" <<'TEXT'
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
PrintMotd no
# The cheapest key exchange: with many hosts on one machine, the default's is what a login waits for.
KexAlgorithms curve25519-sha256
Subsystem sftp /usr/lib/openssh/sftp-server
TEXT
}

choose_units() {
    local units=$stage/etc/systemd/system vendor=/lib/systemd/system unit
    mkdir -p "$units/multi-user.target.wants" "$stage/etc/systemd/journald.conf.d"
    ln -sf "$vendor/multi-user.target" "$units/default.target"
    ln -sf "$vendor/ssh.service" "$units/multi-user.target.wants/ssh.service"
    for unit in systemd-ask-password-{console,wall}.path getty.target console-getty.service dev-hugepages.mount ssh.socket \
        systemd-{timesyncd,networkd,resolved,firstboot,pstore,update-utmp,update-utmp-runlevel}.service \
        {apt-daily,apt-daily-upgrade,e2scrub_all,fstrim,man-db,dpkg-db-backup,motd-news,logrotate}.timer; do
        ln -sf /dev/null "$units/$unit"
    done
    # There is nothing to make units of: no fstab, no partitions, no init.d. All of them would run at every reload.
    mkdir -p "$stage/etc/systemd/system-generators"
    for unit in "$stage"/usr/lib/systemd/system-generators/*; do
        ln -sf /dev/null "$stage/etc/systemd/system-generators/${unit##*/}"
    done
    # Volatile: the hosts' small disks are for what is tested. The console keeps a copy over all boots.
    cat >"$stage/etc/systemd/journald.conf.d/lab.conf" <<'TEXT'
[Journal]
Storage=volatile
RuntimeMaxUse=16M
ForwardToConsole=yes
MaxLevelConsole=info
TEXT
}
