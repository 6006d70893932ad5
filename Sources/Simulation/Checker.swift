internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// The rules that always hold, as code, held against every step of a history.
struct Checker {
    private(set) var violations: [String] = []
    /// When each nonce was issued, on its agent's clock.
    private var issued: [(node: NodeName, nonce: Nonce, at: Int)] = []
    private var promised: [(node: NodeName, epoch: Epoch)] = []
    /// Set when a run failed, until an operator gives a command again.
    private var stopped = false

    mutating func violate(_ rule: Int, _ what: String) { violations.append("rule \(rule): \(what)") }

    mutating func started() { stopped = false }

    mutating func agentStarted(_ node: NodeName) { issued.removeAll { $0.node == node } }

    mutating func ended(_ coordinator: Int, _ ending: Ending) {
        if case .failed = ending { stopped = true }
    }

    mutating func answered(_ answer: Answer, by node: NodeName, at clock: Int) {
        if case .report(let report) = answer, let nonce = report.nonce {
            issued.removeAll { $0.node == node && clock - $0.at > 2 * Lease.longestLife }
            issued.append((node, nonce, clock))
        }
    }

    mutating func recorded(_ record: Record, by node: NodeName, in world: World) {
        switch record {
        case .promised(let epoch, _):
            if let before = promised.last(where: { $0.node == node })?.epoch, epoch <= before {
                violate(6, "\(node) promised \(epoch) after \(before)")
            }
            promised.append((node, epoch))
        case .stepStarted(let step, let epoch, _):
            if let highest = promised.last(where: { $0.node == node })?.epoch, epoch != highest {
                violate(6, "\(node) began \(step) of \(epoch), having promised \(highest)")
            }
            guard let index = world.index(node), let holder = issued.last(where: { $0.node == node }),
                world.clock(index) - holder.at <= Lease.longestLife
            else {
                violate(6, "\(node) began \(step) although no nonce of its own was younger than a lease's life")
                return
            }
        default: break
        }
    }

    mutating func began(_ effect: Effect, on node: NodeName, in world: World) {
        guard case .phase(let phase) = effect.work, effect.step.kind.isDisruptive else { return }
        let first = StepProgram.phases(of: effect.step, in: effect.plan).first == phase
        if stopped, first, coordinatorsAreGone(world) { violate(8, "\(effect.step) began after the run had failed") }
        for other in world.nodes where other.name != node {
            guard let running = other.inFlight, case .phase = running.work, running.step.kind.isDisruptive else {
                continue
            }
            violate(1, "\(effect.step) on \(node) while \(other.name) is in \(running.step)")
        }
        if first {
            for other in world.nodes {
                guard let epoch = promised.last(where: { $0.node == other.name })?.epoch, epoch >= effect.epoch else {
                    violate(6, "\(effect.step) began, and \(other.name) had not promised \(effect.epoch)")
                    continue
                }
            }
        }
    }

    private func coordinatorsAreGone(_ world: World) -> Bool { world.coordinators.allSatisfy { $0.rollout == nil } }

    /// After every occurrence.
    mutating func look(at world: World) {
        let servers = world.nodes.filter { $0.role == .server && isDisrupted($0) }
        let workers = world.nodes.filter { $0.role == .worker && isDisrupted($0) }
        if servers.count > 1 { violate(1, "servers disrupted at once: \(servers.map(\.name.text))") }
        if workers.count > 1 { violate(1, "workers disrupted at once: \(workers.map(\.name.text))") }
        for node in world.nodes where node.restartsByStep > 1 + node.reboots {
            violate(5, "\(node.name) was restarted \(node.restartsByStep) times")
        }
    }

    private func isDisrupted(_ node: SimulatedNode) -> Bool {
        if node.mark != nil { return true }
        guard let effect = node.inFlight, case .phase(let phase) = effect.work, effect.step.kind.isDisruptive else {
            return false
        }
        return effect.step.node == node.name && [.coldCopy, .restart, .await].contains(phase)
    }

    /// Once nothing more goes wrong and the command was given again.
    mutating func atEnd(_ world: World, ended: Ending?) {
        for node in world.nodes {
            if node.mark != nil, node.downSince == nil { violate(4, "\(node.name) was left cordoned by us") }
        }
        if ended == .done {
            for node in world.nodes where node.binary != world.target || node.shownVersion != world.target {
                violate(10, "\(node.name) does not run \(world.target) although the run is done")
            }
        }
    }
}
