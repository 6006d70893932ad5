internal import CoordinatorCore
package import Wire

/// One simulated upgrade under faults, from a seed.
package struct Scenario: Sendable {
    package struct Options: Sendable {
        package var servers: Int
        package var workers: Int
        package var origin: K3sVersion
        package var target: K3sVersion
        /// Faults that are to strike while the upgrade runs.
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

    /// More than any history needs; one that gets there makes no progress.
    static let eventLimit = 1_000_000
    /// Until when faults strike, in milliseconds of the world's time.
    private static let faultsEnd = 500_000

    package static func run(seed: UInt64, _ options: Options) -> Verdict {
        let world = World(seed: seed, options: options)
        world.gather(options.faults)
        let events = play(world)
        return verdict(of: world, seed, events)
    }

    /// Nobody gives the command again: the agents by themselves must give back what is held.
    private static func waitAlone(_ world: World) -> Int {
        for coordinator in world.living { world.die(coordinator) }
        world.commandIsDue = true
        let commanded = world.coordinators.count
        var events = 0
        // The longest that a hold lasts, and some more for what is looked at every two seconds.
        let end = world.now + 1_200_000
        while world.now < end, world.hasMarks, events < eventLimit, world.step() { events += 1 }
        if world.nobodyLeads, world.coordinators.count == commanded { world.rules.leftAlone(in: world) }
        world.commandIsDue = false
        return events
    }

    static func verdict(of world: World, _ seed: UInt64, _ events: Int) -> Verdict {
        world.rules.historyEnds(world.lastEnding, in: world)
        return Verdict(
            seed: seed, breaches: world.rules.breaches.map { "at \($0.at) rule \($0.rule): \($0.what)" },
            history: world.history, events: events, commands: world.commands, coverage: world.coverage)
    }

    /// Plays to the end: first under faults, where operators give the command again whenever nobody leads; then without,
    /// where the command must end the run; and then for as long as agents may take to give back by themselves.
    static func play(_ world: World) -> Int {
        world.command(.upgrade)
        var events = 0
        while world.now < faultsEnd, events < eventLimit {
            if world.nobodyLeads, !world.commandIsDue {
                if world.isDone { break }
                world.giveCommand(.upgrade, in: 1_000...50_000)
            }
            guard world.step() else { break }
            events += 1
        }
        world.stopFaults()
        if world.storm.operatorsLeave { events += waitAlone(world) }
        let calm = world.now + 4_000_000 + 200_000 * world.nodes.count
        while !(world.nobodyLeads && world.isDone), events < eventLimit, world.now < calm {
            if world.nobodyLeads, !world.commandIsDue { world.giveCommand(.upgrade, in: 1_000...5_000) }
            guard world.step() else { break }
            events += 1
        }
        let services = world.now + 60_000
        while !world.allRun, world.now < services, events < eventLimit, world.step() { events += 1 }
        let end = world.now + 2_400_000
        while world.hasMarks, world.now < end, events < eventLimit, world.step() { events += 1 }
        return events
    }
}

extension World {
    /// Whether every service is up: a host may have lost its power after the run had ended.
    var allRun: Bool { nodes.allSatisfy { $0.running != nil } }

    /// Whether the upgrade that operators want is over: done by the one that started last, and by the one that was over
    /// last of those that had led. A rollback, whenever it began, leaves the upgrade to be done again.
    var isDone: Bool {
        [coordinators.last, lastLeader].allSatisfy { $0.map { $0.isDone && $0.purpose == .upgrade } ?? false }
    }
}
