/// What a node is to its cluster. K3s calls the second role `agent`; here that word is our daemon's.
package enum Role: String, Sendable, Codable, CaseIterable {
    case server
    case worker

    /// K3s' own word, which is also the first argument in the node's unit.
    package var k3sCommand: String {
        switch self {
        case .server: "server"
        case .worker: "agent"
        }
    }

    /// The systemd unit the official installer makes for this role when no name was given.
    package var defaultUnit: String {
        switch self {
        case .server: "k3s.service"
        case .worker: "k3s-agent.service"
        }
    }
}
