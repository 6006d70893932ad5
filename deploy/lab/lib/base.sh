# shellcheck shell=bash
# The tree under all hosts, which they only read: this machine's own root, a folder, or a tree that debootstrap makes
# once and that is kept.

base_packages=systemd,systemd-sysv,dbus,openssh-server,sudo,iproute2,iptables,procps,kmod,curl,ca-certificates,python3-minimal,less

base() { # [--print]
    if [ "${1:-}" = --print ]; then cached_path; else base_tree cached; fi
}

base_tree() { # / | DIRECTORY | cached -> the folder
    local tree=$1 needed
    [ "$tree" != cached ] || tree=$(make_cached_tree)
    tree=$(realpath -e -- "$tree") || fail "there is no base $1"
    [[ $tree =~ ^[A-Za-z0-9._/-]+$ ]] || fail "--base $tree: mounts need a plain path" "letters, digits and ._-/"
    for needed in sbin/init usr/sbin/sshd usr/bin/sudo usr/sbin/ip; do
        [ -e "$tree/$needed" ] || [ -L "$tree/$needed" ] || fail "the base $tree lacks /$needed" "use another, or --base cached"
    done
    [ "$(stat -c %d "$tree/usr/bin")" = "$(stat -c %d "$tree")" ] ||
        fail "/usr of the base $tree is a file system of its own, which the hosts would not see" "use --base cached"
    echo "$tree"
}

cache_folder() { echo "${XDG_CACHE_HOME:-/var/cache}/k3s-upgrade-lab"; }

cached_path() {
    local release recipe
    release=$(source /etc/os-release && echo "$ID-${VERSION_CODENAME:-}")
    recipe=$(echo "$base_packages" | sha256sum | cut -c1-12)
    echo "$(cache_folder)/base-$release-$(dpkg --print-architecture)-$recipe"
}

# A tree appears under its name only when it is whole. Its name says what it was made from, so that another release or
# another list of packages means another tree. One not used for
# two weeks is removed; so is what an attempt that was killed left, since attempts hold the lock.
make_cached_tree() {
    local tree cache lock partial source uri suite
    tree=$(cached_path)
    cache=$(cache_folder)
    mkdir -p -- "$cache" || fail "cannot make the cache $cache"
    exec {lock}>"$cache/lock"
    flock "$lock"
    if [ ! -d "$tree" ]; then
        command -v debootstrap >/dev/null || fail "making a base tree needs debootstrap" "deploy/setup installs it"
        find "$cache" -mindepth 1 -maxdepth 1 -name 'base-*' \( -name 'base-partial-*' -o -mtime +14 \) \
            -exec rm -rf --one-file-system {} +
        partial=$(mktemp -d "$cache/base-partial-XXXXXX")
        source=$(archive_of_this_machine)
        read -r suite uri <<<"$source"
        say "making the hosts' base tree once ($suite, with debootstrap, in $tree); this takes a minute"
        run_debootstrap "$suite" "$uri" "$partial"
        slim_down "$partial"
        chmod 755 "$partial"
        sync --file-system "$partial"
        mv -T -- "$partial" "$tree"
    fi
    touch "$tree"
    exec {lock}>&-
    echo "$tree"
}

# The archive that apt uses for this release, as apt itself tells it.
archive_of_this_machine() { # -> "SUITE URI"
    local codename
    codename=$(source /etc/os-release && echo "${VERSION_CODENAME:-}")
    [ -n "$codename" ] || fail "/etc/os-release names no release" "use --base / or a folder"
    # shellcheck disable=SC2016 # apt's own format
    apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(CODENAME) $(REPO_URI)' 2>/dev/null |
        awk -v codename="$codename" '$1 == "Packages" && $2 == "main" && $3 == codename { print $3, $4; found = 1; exit } END { exit !found }' ||
        fail "apt has no main archive of $codename" "run apt-get update, or use --base / or a folder"
}

# In namespaces of its own: what it mounts and starts is gone with it, whatever happens to it.
run_debootstrap() { # SUITE URI TREE
    local proxy
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    ${proxy:+env http_proxy="$proxy"} setpriv --pdeathsig KILL \
        unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
        debootstrap --variant=minbase --include="$base_packages" "$1" "$3" "$2" >"$3.log" 2>&1 </dev/null {lock}>&- || {
        tail -n 15 "$3.log" | sed 's#//[^/ ]*#//…#g' >&2
        rm -rf --one-file-system -- "$3" "$3.log"
        fail "debootstrap failed" "its last words are above; \`--base /\` needs no download"
    }
    rm -f -- "$3.log"
}

slim_down() { # TREE
    rm -rf -- "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,locale,info}/*
}
