# shellcheck shell=bash
# The release site: its folder, and its server on the operator's machine, which ends with the lab.

site_address=$network.$operator_number:8080
site=http://$site_address

cluster_releases() { # FOLDER [VERSION]…
    local folder=${1:-} version
    [ -n "$folder" ] || fail "releases where?" "name a folder"
    shift
    # shellcheck disable=SC2086 # several words
    [ $# -gt 0 ] || set -- $standard_releases
    require_standin
    for version; do
        require_version "$version"
        mkdir -p -- "$folder/$version"
        "$standin" make-release --version "$version" --from "$standin" --out "$folder/$version/k3s"
        (cd "$folder/$version" && sha256sum k3s >sha256sum-amd64.txt)
    done
    install -m 755 "$here/site/install.sh" "$folder/install.sh"
}

start_site() { # FOLDER FAULT…
    local folder=$1 fault faults=()
    for fault in "${@:2}"; do faults+=(--fault "$fault"); done
    exec_as_operator_aside "$state/site.out" "$standin" site --root "$folder" --listen "$site_address" --log "$state/site.log" \
        ${faults[@]+"${faults[@]}"}
    until_true "the release site answers" site_answers || fail "the release site does not start" "$(cat "$state/site.out")"
}

site_answers() { in_network operator curl --fail --silent --output /dev/null "$site/v1-release/channels"; }

# In the lab's cgroup, so that it ends with the lab; with nothing of the caller's open, so that nobody waits for it.
exec_as_operator_aside() { # OUTPUT CMD…
    (exec_as_operator setsid "${@:2}" </dev/null >"$1" 2>&1 &)
}
