# shellcheck shell=bash
# The Swift toolchain, wherever it is, also from an empty environment.

# SwiftPM keeps its caches in the home folder.
export HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export PATH=${PATH:+$PATH:}/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

find_swift() {
    local folder
    ! command -v swift >/dev/null || return 0
    for folder in "$HOME/.local/share/swiftly/bin" /opt/swift/usr/bin /opt/swift-*/usr/bin /usr/share/swift/usr/bin /usr/libexec/swift/*/bin /usr/lib/swift*/bin; do
        [ ! -x "$folder/swift" ] || { PATH=$PATH:$folder; return; }
    done
    echo 'Swift 6.2 or newer is missing: get it from https://swift.org/install/linux and put its usr/bin on PATH' >&2
    exit 2
}
