internal import AgentCore
internal import Wire

/// Rule 9: only the plan's binary gets installed, and unit and environment are the same before and after.
struct PlannedFilesOnly {
    func places(_ version: K3sVersion, _ effect: Effect, on node: Int, in world: World) -> String? {
        version == world.wanted(effect)
            ? nil : "\(world.nodes[node].name) got \(version), which is not what \(effect.step) is for"
    }

    func stopsService(_ effect: Effect, on node: Int, in world: World) -> String? {
        guard case .phase(.restart) = effect.work, !world.nodes[node].unitIsWhole else { return nil }
        return "\(world.nodes[node].name) is started with another unit than before"
    }

    func historyEnds(in world: World) -> String? {
        world.nodes.first { !$0.unitIsWhole }.map { "\($0.name) was left with another unit than before" }
    }
}
