# shellcheck shell=bash
# Whether a host answers ssh. Refused connections are cheap, so the banner is read before a login is tried; and the
# login is an ordinary user's, who is let in only when the boot is through (/run/nologin).

answers() { # HOST ADDRESS SSH-CONFIG
    local banner
    { exec 3<>"/dev/tcp/$2/22" && read -r -t 2 banner <&3; } 2>/dev/null || return
    exec 3>&-
    [[ $banner = SSH-2.0-* ]] || return
    ssh -F "$3" "ops@$1" true </dev/null >/dev/null 2>&1
}
