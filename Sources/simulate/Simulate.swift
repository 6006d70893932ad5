internal import ArgumentParser
internal import Simulation
internal import Wire

/// Runs the simulator over many seeds, or one seed with its history.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the real cores in a simulated cluster under faults, and checks the rules that always hold.")

    @Option(help: "How many seeds to run.") var seeds: Int = 1_000
    @Option(help: "Run this one seed and print its history.") var seed: UInt64?
    @Option(help: "Servers; without it 1 and 3 in turn.") var servers: Int?
    @Option(help: "Workers; without it 0 to 3 in turn.") var workers: Int?
    @Option(help: "Faults in a run; without it 0 to 7 in turn.") var faults: Int?

    func run() throws {
        guard let origin = K3sVersion("v1.34.3+k3s1"), let target = K3sVersion("v1.35.1+k3s1") else { return }
        let chosen = seed.map { [$0] } ?? (0..<UInt64(max(0, seeds))).map(\.self)
        var broken = 0
        var occurrences = 0
        for seed in chosen {
            let options = Scenario.Options(
                servers: servers ?? (seed % 3 == 0 ? 3 : 1), workers: workers ?? Int(seed % 4), origin: origin,
                target: target, faults: faults ?? Int(seed % 8), keepsHistory: self.seed != nil)
            let verdict = Scenario.run(seed: seed, options)
            occurrences += verdict.occurrences
            for line in verdict.history { print(line) }
            guard !verdict.violations.isEmpty else { continue }
            broken += 1
            print("seed \(seed): \(verdict.violations.count) violations, first: \(verdict.violations[0])")
        }
        print("\(chosen.count - broken) passed, \(broken) failed (\(occurrences) occurrences)")
        if broken > 0 { throw ExitCode.failure }
    }
}
