# shellcheck shell=bash
# What the commands of `cluster` check in their arguments.

standard_releases='v1.33.9+k3s1 v1.34.3+k3s1 v1.34.5+k3s1 v1.35.1+k3s1 v1.35.2+k3s1 v1.36.0+k3s1'

require_value() { [ "$1" -ge 2 ] || fail "$2 needs a value" "\`cluster help\` shows how it is used"; }

require_version() {
    [[ $1 =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-(alpha|beta|rc)[0-9]+)?\+k3s[0-9]+$ ]] || fail "'$1' is no K3s version" "for example v1.35.1+k3s1"
}

require_setting() { [[ $1 == *=* && $1 != *$'\n'* ]] || fail "'$1' is no KEY=VALUE" "for example lease-renew=200ms"; }

require_standin() { [ -x "$standin" ] || fail "there is no $standin" "deploy/build makes it"; }
