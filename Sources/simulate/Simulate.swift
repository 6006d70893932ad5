internal import ArgumentParser
internal import Simulation
internal import Wire

/// Runs the simulator over many seeds, or one seed with its history.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the real cores in a simulated cluster under faults, and checks the rules that always hold.")

    @Option(help: "How many seeds to run.") var seeds: Int = 1_000
    @Option(help: "The first seed; without --seeds this one alone, with its history.") var seed: UInt64?
    @Option(help: "Servers; without it 1 to 5, by the seed.") var servers: Int?
    @Option(help: "Workers; without it 0 to 20, by the seed.") var workers: Int?
    @Option(help: "Faults in a run; without it 0 to 11, by the seed.") var faults: Int?
    @Option(help: "Cores to use.") var jobs: Int = 1

    func run() async throws {
        var broken = 0
        var events = 0
        let start = seed ?? 0
        for seed in start..<start + UInt64(seeds) {
            guard let options = options(for: seed) else { return }
            let verdict = Scenario.run(seed: seed, options)
            events += verdict.events
            for line in verdict.history { print(line) }
            guard !verdict.breaches.isEmpty else { continue }
            broken += 1
            print("seed \(seed): \(verdict.breaches[0])")
        }
        print("\(seeds - broken) passed, \(broken) failed (\(events) occurrences)")
        if broken > 0 { throw ExitCode.failure }
    }

    private func options(for seed: UInt64) -> Scenario.Options? {
        guard let origin = K3sVersion("v1.34.3+k3s1"), let target = K3sVersion("v1.35.1+k3s1") else { return nil }
        let shapes = [1, 3, 1, 3, 5, 2, 3, 1, 4, 3]
        return Scenario.Options(
            servers: servers ?? shapes[Int(seed % 10)],
            workers: workers ?? (seed % 13 == 12 ? Int(seed / 13 % 21) : Int(seed / 10 % 5)), origin: origin, target: target,
            faults: faults ?? Int(seed % 12), keepsHistory: seeds == 1)
    }
}
