internal import AgentCore
internal import Wire

/// Rule 3: no worker is ever newer than a server, no minor is skipped, and nothing is downgraded except by a rollback.
struct VersionOrder {
    func places(_ version: K3sVersion, _ effect: Effect, on node: Int, in world: World) -> String? {
        let subject = world.nodes[node]
        let present = subject.binary
        if version < present, effect.plan.purpose != .rollback {
            return "\(subject.name) is brought back from \(present) to \(version)"
        }
        if version.major != present.major || version.minor > present.minor + 1 {
            return "\(subject.name) skips a minor, from \(present) to \(version)"
        }
        guard subject.role == .worker else { return nil }
        for server in world.nodes where server.role == .server && server.binary < version {
            return "\(subject.name) gets \(version), newer than \(server.name)'s \(server.binary)"
        }
        return nil
    }
}
