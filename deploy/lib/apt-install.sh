#!/usr/bin/env bash
# apt-install.sh [--leave-sshd-off] PACKAGE…: as root. No service of these packages is started on this machine; and an
# SSH server that was not here before is not left enabled for the next boot.
set -euo pipefail
shopt -s inherit_errexit
policy=/usr/sbin/policy-rc.d
mark='# of k3s-upgrade deploy/setup, for the time of one installation'

forbid_starts() {
    # Ours, from an attempt that was killed.
    ! grep -qsxF "$mark" "$policy" || rm -f "$policy"
    if [ -e "$policy" ]; then
        local status=0
        "$policy" ssh start || status=$?
        [ "$status" = 101 ] || {
            echo "$policy of this machine lets new services start: install these yourself: $*" >&2
            exit 1
        }
        return
    fi
    trap 'rm -f "$policy"' EXIT
    trap 'exit 143' TERM
    trap 'exit 130' INT
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
}

leave_sshd_off=
[ "$1" != --leave-sshd-off ] || { leave_sshd_off=1; shift; }
log=$(mktemp)
forbid_starts "$@"
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get -q update && apt-get -q -y install --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install $*: its last words are above, all of them in $log" >&2
    exit 1
fi
rm -f "$log"
if [ -n "$leave_sshd_off" ]; then
    systemctl disable --quiet ssh.service ssh.socket 2>/dev/null || true
    echo 'openssh-server was installed for the lab: it is not running, and not enabled'
fi
