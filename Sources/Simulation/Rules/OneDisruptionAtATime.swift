internal import AgentCore
internal import Wire

/// Rule 1: at most one server, or one worker, is disrupted at a time, and never a server and a worker at once.
struct OneDisruptionAtATime {
    /// No agent begins a part of a disruptive step while another is in one.
    func begins(_ effect: Effect, on node: Int, in world: World) -> String? {
        for (index, other) in world.nodes.enumerated() where index != node {
            guard let running = other.inFlight, case .phase = running.work, running.step.kind.isDisruptive else {
                continue
            }
            return "\(effect.step) goes on at \(world.nodes[node].name) while \(other.name) is in \(running.step)"
        }
        return nil
    }

    /// Looked at whenever a service goes down or a node is cordoned.
    func look(at world: World) -> String? {
        var disrupted: NodeName?
        for node in world.nodes where node.mark != nil || node.stoppedByStep {
            if let first = disrupted { return "\(first) and \(node.name) are disrupted at once" }
            disrupted = node.name
        }
        return nil
    }
}
