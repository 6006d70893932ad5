#!/bin/sh
# The lab's K3s installer. It behaves as K3s' own does, traps included, so that whoever calls it meets them here first:
#
# - the unit is made from the arguments of this call, and the environment file from the environment of this call:
#   whatever an earlier installation was given is forgotten;
# - without a role it installs a server, or an agent if K3S_URL is set, whatever the machine was before;
# - unit and environment are disabled and deleted before they are written again;
# - a machine on which nothing changed is not restarted, though the process that runs may be older than its binary;
# - before a restart the rules of Services and of the pod network are taken out of iptables.
#
# Asked for by tests: /etc/k3s-standin/installer-stops-at holds "POINT kill" or "POINT hang", and is spent when reached.
# The points, in order: hashed, downloaded, linked, deleted, env-written, unit-written, enabled, reloaded, started.
set -e

stops_at=/etc/k3s-standin/installer-stops-at
log=/var/log/k3s-installer.log

info() { echo "[INFO]  $*"; }
fatal() {
    echo "[ERROR] $*" >&2
    exit 1
}

reached() { # POINT
    echo "$1" >>"$log"
    [ -r "$stops_at" ] || return 0
    read -r point manner <"$stops_at" || true
    [ "$point" = "$1" ] || return 0
    rm -f "$stops_at"
    case $manner in
        hang) while :; do sleep 60; done ;;
        *) kill -KILL $$ ;;
    esac
}

verify_system() {
    [ "$(id -u)" = 0 ] || fatal 'this needs root'
    command -v systemctl >/dev/null || fatal 'no systemd here to run k3s'
}

# --- what to install -----------------------------------------------------------------------------------------------

# Words of INSTALL_K3S_EXEC may be quoted, and nothing in them is expanded. As in the original, punctuation inside such
# quotes gets a backslash too many; arguments of the call have no such trouble.
escaped() { printf '%s' "$1" | sed 's/[][!#$%&()*;<=>?\\_`{|}]/\\&/g'; }

quoted() {
    for word; do printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"; done
}

setup() { # ARGUMENT…
    eval "set -- $(escaped "${INSTALL_K3S_EXEC:-}") $(quoted "$@")"
    case ${1:-} in
        '' | -*)
            if [ -z "${K3S_URL:-}" ]; then
                role=server
            elif [ -z "${K3S_TOKEN:-}${K3S_TOKEN_FILE:-}${K3S_CLUSTER_SECRET:-}" ]; then
                fatal 'K3S_URL makes this an agent, which needs K3S_TOKEN, K3S_TOKEN_FILE or K3S_CLUSTER_SECRET'
            else
                role=agent
            fi
            ;;
        *)
            role=$1
            shift
            ;;
    esac
    exec_start=$(exec_lines "$@")

    if [ -n "${INSTALL_K3S_NAME:-}" ]; then
        name=k3s-$INSTALL_K3S_NAME
    elif [ "$role" = server ]; then
        name=k3s
    else
        name=k3s-$role
    fi
    unit_type=${INSTALL_K3S_TYPE:-notify}
    bin_dir=${INSTALL_K3S_BIN_DIR:-/usr/local/bin}
    binary=$bin_dir/k3s
    systemd_dir=${INSTALL_K3S_SYSTEMD_DIR:-/etc/systemd/system}
    unit=$systemd_dir/$name.service
    env_file=$unit.env
}

exec_lines() { # ARGUMENT… -> the command as the unit has it: an argument a line, quoted; an "x" guards the line breaks
    printf '%s \\\n' "$role"
    for word; do printf "\t'%s' \\\\\n" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"; done
    printf x
}

hashes() { sha256sum "$binary" "$unit" "$env_file" 2>&1 || true; }

# --- the binary ----------------------------------------------------------------------------------------------------

choose_release() {
    case $(uname -m) in
        x86_64 | amd64) arch=amd64 suffix='' ;;
        aarch64 | arm64) arch=arm64 suffix=-arm64 ;;
        arm*) arch=arm suffix=-armhf ;;
        s390x) arch=s390x suffix=-s390x ;;
        *) fatal "no k3s for $(uname -m)" ;;
    esac
    if [ -n "${INSTALL_K3S_VERSION:-}" ]; then
        version=$INSTALL_K3S_VERSION
    else
        channel=${INSTALL_K3S_CHANNEL_URL:?no version and no channel server}/${INSTALL_K3S_CHANNEL:-stable}
        version=$(curl --fail --silent --show-error --location --output /dev/null --write-out '%{url_effective}' "$channel") ||
            fatal "the channel $channel does not answer"
        version=${version##*/}
    fi
    if [ -n "${INSTALL_K3S_ARTIFACT_URL:-}" ]; then
        release=$INSTALL_K3S_ARTIFACT_URL/$(printf '%s' "$version" | sed 's/+/%2B/g')
    else
        release=${GITHUB_URL:?where are the releases}/download/$version
    fi
    info "Using $version as release"
}

fetch() { # URL FILE
    curl --fail --silent --show-error --location --output "$2" "$1" || fatal "download of $1 failed"
}

download_and_verify() {
    case ${INSTALL_K3S_SKIP_DOWNLOAD:-} in
        true | binary)
            [ -x "$binary" ] || fatal "the download is to be skipped, and there is no executable $binary"
            return
            ;;
    esac
    choose_release
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    fetch "$release/sha256sum-$arch.txt" "$scratch/list"
    wanted=$(sed -n "s|^\([0-9a-f]\{64\}\)[ *]*k3s$suffix\$|\1|p" "$scratch/list")
    [ -n "$wanted" ] || fatal "the checksum list names no k3s$suffix"
    if [ "$(sha256 "$binary")" = "$wanted" ]; then
        info 'Skipping binary downloaded, installed k3s matches hash'
        return
    fi
    info "Downloading $release/k3s$suffix"
    fetch "$release/k3s$suffix" "$scratch/k3s"
    [ "$(sha256 "$scratch/k3s")" = "$wanted" ] || fatal 'Download sha256 does not match'
    chmod 755 "$scratch/k3s"
    chown root:root "$scratch/k3s"
    mv -f "$scratch/k3s" "$binary"
}

sha256() { [ ! -e "$1" ] || sha256sum "$1" | cut -c1-64; }

create_symlinks() {
    [ "${INSTALL_K3S_SYMLINK:-}" != skip ] || return 0
    for tool in kubectl crictl ctr; do
        if [ -e "$bin_dir/$tool" ] && [ "${INSTALL_K3S_SYMLINK:-}" != force ]; then
            info "Skipping $bin_dir/$tool symlink to k3s, already exists"
        elif command -v "$tool" >/dev/null && [ "${INSTALL_K3S_SYMLINK:-}" != force ]; then
            info "Skipping $bin_dir/$tool symlink to k3s, command exists in PATH"
        else
            ln -sf k3s "$bin_dir/$tool"
        fi
    done
}

# The real one stops every container and clears mounts and rules. Here a use of it is only written down: none is right.
create_killall() {
    cat >"$bin_dir/k3s-killall.sh" <<'TEXT'
#!/bin/sh
echo "$(date -u +%FT%TZ) k3s-killall.sh" >>/var/log/k3s-killall.log
TEXT
    chmod 755 "$bin_dir/k3s-killall.sh"
}

create_uninstall() {
    uninstall=$bin_dir/$name-uninstall.sh
    cat >"$uninstall" <<TEXT
#!/bin/sh
$bin_dir/k3s-killall.sh
systemctl disable --now $name
rm -f $unit $env_file
systemctl daemon-reload
rm -rf /etc/rancher/k3s /var/lib/rancher/k3s $binary $bin_dir/k3s-killall.sh $uninstall
TEXT
    chmod 755 "$uninstall"
}

# --- the unit ------------------------------------------------------------------------------------------------------

# From here until both are written again, the node has neither.
delete_unit() {
    systemctl disable "$name" >/dev/null 2>&1 || true
    rm -f "$unit" "$env_file"
}

create_env_file() {
    info "env: Creating environment file $env_file"
    (umask 077 && : >"$env_file")
    chmod 600 "$env_file"
    sh -c export | sed -n 's/^export //p' | grep -E '^(K3S|CONTAINERD)_' >>"$env_file" || true
    sh -c export | sed -n 's/^export //p' | grep -iE '^(NO|HTTP|HTTPS)_PROXY' >>"$env_file" || true
}

create_unit() {
    info "systemd: Creating service file $unit"
    cat >"$unit" <<TEXT
[Unit]
Description=Lightweight Kubernetes
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target

[Install]
WantedBy=multi-user.target

[Service]
Type=$unit_type
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
EnvironmentFile=-$env_file
KillMode=process
Delegate=yes
User=root
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=$binary \\
    ${exec_start%x}
TEXT
}

strip_iptables() {
    for family in iptables ip6tables; do
        command -v "$family-save" >/dev/null || continue
        "$family-save" | grep -v KUBE- | grep -iv flannel | "$family-restore" || true
    done
    echo "$(date -u +%FT%TZ) rules taken out of iptables" >>/var/log/k3s-iptables.log
}

enable_and_start() {
    [ "${INSTALL_K3S_SKIP_ENABLE:-}" != true ] || return 0
    info "systemd: Enabling $name unit"
    systemctl enable "$unit" >/dev/null 2>&1
    reached enabled
    systemctl daemon-reload
    reached reloaded
    [ "${INSTALL_K3S_SKIP_START:-}" != true ] || return 0
    if [ "$hashes_before" = "$(hashes)" ] && [ "${INSTALL_K3S_FORCE_RESTART:-}" != true ]; then
        info 'No change detected so skipping service start'
        return
    fi
    strip_iptables
    info "systemd: Starting $name"
    systemctl restart "$name"
    reached started
}

# In a function, so that a shell which reads this from a pipe has read all of it before it does anything.
install_k3s() {
    verify_system
    setup "$@"
    hashes_before=$(hashes)
    reached hashed
    download_and_verify
    reached downloaded
    create_symlinks
    create_killall
    create_uninstall
    reached linked
    delete_unit
    reached deleted
    create_env_file
    reached env-written
    create_unit
    reached unit-written
    enable_and_start
}

install_k3s "$@"
