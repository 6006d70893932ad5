internal import CoordinatorCore
package import Wire

/// One simulated upgrade under faults, from a seed.
package struct Scenario: Sendable {
    package struct Options: Sendable {
        package var servers: Int
        package var workers: Int
        package var origin: K3sVersion
        package var target: K3sVersion
        /// Faults that strike while the upgrade runs.
        package var faults: Int
        package var keepsHistory: Bool

        package init(
            servers: Int, workers: Int, origin: K3sVersion, target: K3sVersion, faults: Int, keepsHistory: Bool = false
        ) {
            self.servers = servers
            self.workers = workers
            self.origin = origin
            self.target = target
            self.faults = faults
            self.keepsHistory = keepsHistory
        }
    }

    package struct Verdict: Sendable {
        package let seed: UInt64
        package let violations: [String]
        package let history: [String]
        package let occurrences: Int
        /// How often the operator had to give the command until the run was done.
        package let commands: Int
    }

    /// More than any history needs; one that gets there makes no progress.
    static let occurrenceLimit = 200_000

    package static func run(seed: UInt64, _ options: Options) -> Verdict {
        let world = World(seed: seed, options: options)
        for _ in 0..<options.faults {
            let fault = world.chooseFault()
            world.agenda.enter(.fault(fault), at: world.chance.pick(0...180_000))
        }
        world.startCoordinator(takeOver: false)
        var count = 0
        var commands = 1
        // Half an hour under faults, in which operators give the command again whenever nobody leads.
        while world.now < 400_000, count < occurrenceLimit, world.step() {
            count += 1
            if world.nobodyLeads, world.agendaHasNoStart {
                if world.lastEnding == .done { break }
                world.agenda.enter(.operatorStarts(takeOver: false), at: world.now + world.chance.pick(1_000...50_000))
                world.starting = true
                commands += 1
            }
        }
        // From here on nothing goes wrong any more, and the command must end the run.
        world.stopFaults()
        let calm = world.now
        while world.lastEnding != .done || !world.nobodyLeads, count < occurrenceLimit, world.now < calm + 4_000_000 {
            if world.nobodyLeads { world.startCoordinator(takeOver: false) }
            guard world.step() else { break }
            count += 1
        }
        // And the agents by themselves must have taken off what was left.
        let end = world.now
        while world.now < end + 2_400_000, count < occurrenceLimit, world.hasMarks, world.step() { count += 1 }
        if world.lastEnding != .done {
            world.checker.violate(
                10, "the run did not end once the faults had: \(String(describing: world.lastEnding))")
        }
        world.checker.atEnd(world, ended: world.lastEnding)
        return Verdict(
            seed: seed, violations: world.checker.violations, history: world.history, occurrences: count,
            commands: commands)
    }
}

extension World {
    func chooseFault() -> Fault {
        let node = chance.pick(0...nodes.count - 1)
        switch chance.pick(0...11) {
        case 0, 1, 2: return .agentCrash(node: node)
        case 3: return .hostCrash(node: node)
        case 4: return .freeze(node: node, milliseconds: chance.pick(1_000...90_000))
        case 5, 6: return .cut(coordinator: chance.pick(0...1), node: node)
        case 7, 8: return .coordinatorCrash
        case 9: return .badStart(node: node)
        case 10: return .secondOperator(takeOver: chance.chance(1, in: 2))
        default: return .interrupt
        }
    }

    var nobodyLeads: Bool { coordinators.allSatisfy { $0.rollout == nil } }
    var lastEnding: Ending? { coordinators.last?.ending }
    var hasMarks: Bool { nodes.contains { $0.mark != nil } }
    var agendaHasNoStart: Bool { !starting }

    func stopFaults() {
        faultsOn = false
        for index in nodes.indices {
            nodes[index].frozenUntil = 0
            nodes[index].startFails = false
            // A service that would not start does now.
            if nodes[index].running == nil, nodes[index].hostUp {
                nodes[index].starts += 1
                agenda.enter(.k3sUp(node: index, start: nodes[index].starts), at: now + 1_000)
            }
        }
        for index in coordinators.indices { coordinators[index].cut = nodes.map { _ in false } }
    }
}
