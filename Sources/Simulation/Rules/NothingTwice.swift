internal import AgentCore
internal import Wire

/// Rule 5: a disruptive phase whose effect is there already is not repeated.
struct NothingTwice {
    /// Services that came up by a step of this run, on a host that has not lost its power since.
    private var up: [(node: Int, run: RunID)] = []

    mutating func serviceUp(_ node: Int, byStepOf run: RunID?) {
        guard let run else { return }
        up.removeAll { $0.node == node }
        up.append((node, run))
    }

    mutating func hostLostPower(_ node: Int) { up.removeAll { $0.node == node } }

    func stopsService(_ effect: Effect, on node: Int, in world: World) -> String? {
        up.contains { $0.node == node && $0.run == effect.plan.run }
            ? "\(effect.step) takes \(world.nodes[node].name)'s service down a second time" : nil
    }

    /// - Parameter before: what the agent's disk says before the step begins.
    func starts(_ step: StepID, on node: Int, _ before: AgentState) -> String? {
        guard !step.kind.mayBeRepeated else { return nil }
        return before.outcomes.contains { $0.step == step && $0.result == .done }
            ? "\(step) begins again, which was done" : nil
    }
}
