internal import CoordinatorCore

/// Two operators give the command at once, whatever part of the network each of them sees.
package struct Race: Sendable {
    package struct Outcome: Sendable {
        /// How many got all promises and went on.
        package let winners: Int
        package let breaches: [String]
    }

    private let seed: UInt64
    private let options: Scenario.Options

    package init(seed: UInt64, _ options: Scenario.Options) {
        self.seed = seed
        self.options = options
    }

    /// - Parameter cut: for each coordinator the nodes that it never reaches, by their number.
    package func run(cut: [[Int]]) -> Outcome {
        let world = World(seed: seed, options: options)
        world.cuts = cut
        world.command(.upgrade)
        world.agenda.enter(.operatorCommands(.upgrade), at: world.chance.pick(0...120))
        var leading: [Int] = []
        // Longer than the silence after which a holder may be succeeded.
        while world.now < 120_000, !(world.coordinators.count == 2 && world.nobodyLeads), world.step() {
            for (index, coordinator) in world.coordinators.enumerated()
            where !leading.contains(index) && coordinator.isAlive && Self.leads(coordinator.activity) {
                leading.append(index)
            }
        }
        let ends = world.coordinators.map(\.ending)
        let winners = leading.filter { ends[$0] == nil || ends[$0] == .done }
        return Outcome(
            winners: winners.count, breaches: world.rules.breaches.map { "rule \($0.rule): \($0.what)" })
    }

    private static func leads(_ activity: Rollout.Activity) -> Bool {
        switch activity {
        case .storing, .clearing, .running, .gating, .concluding: true
        case .surveying, .claiming, .settling, .givingBack, .releasing, .finished: false
        }
    }
}
