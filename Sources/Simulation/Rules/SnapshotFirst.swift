internal import AgentCore
internal import Wire

/// Rule 2: nothing is disrupted before a verified snapshot. A resume takes it anew while no server has passed its point
/// of no return, since the datastore has gone on.
struct SnapshotFirst {
    private var taken: [(run: RunID, epoch: Epoch)] = []
    private var verified: [(run: RunID, epoch: Epoch)] = []
    /// Runs in which a server's binary was replaced.
    private var begun: [RunID] = []

    mutating func taken(_ effect: Effect) { taken.append((effect.plan.run, effect.epoch)) }

    mutating func verified(_ effect: Effect) {
        guard taken.contains(where: { $0.run == effect.plan.run && $0.epoch == effect.epoch }) else { return }
        verified.append((effect.plan.run, effect.epoch))
    }

    mutating func places(_ effect: Effect, on node: Int, in world: World) {
        if world.nodes[node].role == .server { begun.append(effect.plan.run) }
    }

    func begins(_ effect: Effect, _ phase: Phase, on node: Int, in world: World) -> String? {
        guard effect.plan.purpose == .upgrade, phase == .place || phase == .cordon else { return nil }
        guard verified.contains(where: { $0.run == effect.plan.run }) else {
            return "\(effect.step) reaches \(phase.rawValue) without a verified snapshot"
        }
        guard phase == .place, world.nodes[node].role == .server, !begun.contains(effect.plan.run),
            world.nodes[node].binary != effect.plan.target
        else { return nil }
        return verified.contains { $0.run == effect.plan.run && $0.epoch == effect.epoch }
            ? nil : "\(effect.step) of \(effect.epoch) rests on the snapshot of an earlier start"
    }
}
