package import SystemPackage

/// A file that comes with the agent. Its text lies in the project under `deploy/agent`, at the same path as on a
/// node, and is built into the binary from there.
package struct PackagedFile: Hashable, Sendable {
    package let path: FilePath
    package let bytes: [UInt8]

    package static let socket = PackagedFile(
        path: "/etc/systemd/system/k3s-upgrade-agent.socket", bytes: PackageResources.k3s_upgrade_agent_socket)
    package static let service = PackagedFile(
        path: "/etc/systemd/system/k3s-upgrade-agent.service", bytes: PackageResources.k3s_upgrade_agent_service)
    package static let account = PackagedFile(
        path: "/etc/sysusers.d/k3s-upgrade.conf", bytes: PackageResources.k3s_upgrade_conf)
    package static let state = PackagedFile(
        path: "/etc/tmpfiles.d/k3s-upgrade-agent.conf", bytes: PackageResources.k3s_upgrade_agent_conf)

    package static let all = [socket, service, account, state]
}
