package import SystemPackage

/// Where the agent's parts lie on a node.
package enum AgentPlaces {
    package static let binary: FilePath = "/usr/local/bin/k3s-upgrade-agent"
    package static let policy: FilePath = "/etc/k3s-upgrade-agent/policy.json"
    /// Journal, staged releases, kits and snapshots.
    package static let state: FilePath = "/var/lib/k3s-upgrade-agent"
    package static let socket: FilePath = "/run/k3s-upgrade-agent/agent.sock"

    package static let socketUnit = "k3s-upgrade-agent.socket"
    package static let serviceUnit = "k3s-upgrade-agent.service"

    /// The account that the coordinator logs in to, and its group, which may use the socket.
    package static let account = "k3s-upgrade"
    package static let home: FilePath = "/var/lib/k3s-upgrade"
    /// Forced commands run through the account's shell, so it has to be a real one.
    package static let shell = "/bin/sh"

    package static let keyFolder = home.appending(".ssh")
    package static let keys = keyFolder.appending("authorized_keys")
}
