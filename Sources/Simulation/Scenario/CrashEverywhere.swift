internal import CoordinatorCore
internal import Wire

/// One upgrade without any other fault, once for every point at which a process can be killed so that it makes a
/// difference: killed exactly there, brought back, and the command given again.
package struct CrashEverywhere: Sendable {
    package struct Report: Sendable {
        /// Runs, each with one kill.
        package let runs: Int
        /// Each as `victim at point N: rule N: what`.
        package let breaches: [String]
        package let events: Int
    }

    private let options: Scenario.Options
    private let seed: UInt64

    package init(seed: UInt64, _ options: Scenario.Options) {
        self.seed = seed
        self.options = options
    }

    package func run() -> Report {
        let whole = World(seed: seed, options: options)
        var events = Scenario.play(whole)
        var runs = 0
        var breaches: [String] = []
        for victim in CrashPoints.Victim.allCases {
            let isAgent = victim != .coordinator
            let points = isAgent ? whole.crashPoints.agentPoints : whole.crashPoints.coordinatorPoints
            for point in 1...max(1, points) {
                let world = World(seed: seed, options: options)
                world.crashPoints.kill = (victim, point)
                events += Scenario.play(world)
                runs += 1
                for breach in Scenario.verdict(of: world, seed, 0).breaches {
                    breaches.append("\(victim) at point \(point): \(breach)")
                }
            }
        }
        return Report(runs: runs, breaches: breaches, events: events)
    }
}
