internal import ArgumentParser
internal import Simulation
internal import Wire

/// Runs the simulator over many seeds, or one seed with its history.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the real cores in a simulated cluster under faults, and checks the rules that always hold.")

    @Option(help: "How many seeds to run.") var seeds: Int?
    @Option(help: "The first seed; without --seeds this one alone, with its history.") var seed: UInt64?
    @Option(help: "Servers; without it 1 to 5, by the seed.") var servers: Int?
    @Option(help: "Workers; without it 0 to 20, by the seed.") var workers: Int?
    @Option(help: "Faults in a run; without it 0 to 15, by the seed.") var faults: Int?
    @Option(help: "How many seeds to run at once.") var jobs: Int = 1
    @Flag(help: "Stop at the first seed that breaks a rule.") var stopAtFirst = false
    @Flag(help: "Print how often each fault struck at each moment, however few the seeds.") var marks = false

    @Flag(help: "Kill at every point of one upgrade in turn, instead of by chance.") var crashEverywhere = false

    /// Seeds of one batch; after each, what was found is printed.
    private static let batch: UInt64 = 250
    /// How often each fault must strike at each moment in 100,000 seeds.
    private static let leastMarks = 100

    func validate() throws {
        guard (seeds ?? 1) > 0, (1...64).contains(jobs) else { throw ValidationError("seeds and jobs are 1 or more") }
        guard (1...9).contains(servers ?? 1), (0...40).contains(workers ?? 0), (0...100).contains(faults ?? 0) else {
            throw ValidationError("1 to 9 servers, 0 to 40 workers, 0 to 100 faults")
        }
    }

    func run() async throws {
        if crashEverywhere { return try killEverywhere() }
        if let seed, seeds == nil { return try replay(seed) }
        let first = seed ?? 0
        let end = first + UInt64(seeds ?? 1_000)
        let stopwatch = Stopwatch()
        var sum = Tally()
        var next = first
        await withTaskGroup(of: Tally.self) { group in
            func enter() {
                guard next < end, !(stopAtFirst && sum.failed > 0) else { return }
                let range = next..<min(end, next + Self.batch)
                next = range.upperBound
                group.addTask { tally(range) }
            }
            for _ in 0..<jobs { enter() }
            for await tally in group {
                sum.add(tally)
                for line in tally.lines { print(line) }
                enter()
            }
        }
        try conclude(sum, stopwatch)
    }

    private func killEverywhere() throws {
        guard var options = options(for: 0) else { return }
        options.faults = 0
        if workers == nil { options.workers = 2 }
        let stopwatch = Stopwatch()
        let report = CrashEverywhere(seed: seed ?? 0, options).run()
        for breach in report.breaches { print(breach) }
        print("\(report.events) events, \(stopwatch.rate(of: report.events)) a second of processor time")
        print("\(report.runs - report.breaches.count) passed, \(report.breaches.count) failed")
        if !report.breaches.isEmpty { throw ExitCode.failure }
    }

    private func tally(_ range: Range<UInt64>) -> Tally {
        var tally = Tally()
        for seed in range {
            guard let options = options(for: seed) else { continue }
            let verdict = Scenario.run(seed: seed, options)
            tally.add(verdict)
            if stopAtFirst, tally.failed > 0 { break }
        }
        return tally
    }

    private func replay(_ seed: UInt64) throws {
        guard let options = options(for: seed, keepsHistory: true) else { return }
        let verdict = Scenario.run(seed: seed, options)
        for line in verdict.history { print(line) }
        for breach in verdict.breaches { print("seed \(seed): \(breach)") }
        print(verdict.breaches.isEmpty ? "1 passed, 0 failed" : "0 passed, 1 failed")
        if !verdict.breaches.isEmpty { throw ExitCode.failure }
    }

    private func conclude(_ sum: Tally, _ stopwatch: Stopwatch) throws {
        let seeds = sum.passed + sum.failed
        let thin = sum.coverage.below(Self.leastMarks * seeds / 100_000)
        if marks || seeds >= 100_000 {
            print(sum.coverage.table)
            for cell in thin { print("seldom: \(cell.kind) at \(cell.moment.name), \(cell.count) times") }
        }
        if let seed = sum.firstFailing, let options = options(for: seed, keepsHistory: true) {
            print("history of seed \(seed):")
            for line in Scenario.run(seed: seed, options).history { print("  \(line)") }
        }
        print("\(sum.events) events, \(stopwatch.rate(of: sum.events)) a second of processor time")
        let tooThin = seeds >= 100_000 && !thin.isEmpty
        print("\(sum.passed) passed, \(sum.failed + (tooThin ? 1 : 0)) failed")
        if sum.failed > 0 || tooThin { throw ExitCode.failure }
    }

    private func options(for seed: UInt64, keepsHistory: Bool = false) -> Scenario.Options? {
        guard var options = Scenario.Options(of: seed) else { return nil }
        options.servers = servers ?? options.servers
        options.workers = workers ?? options.workers
        options.faults = faults ?? options.faults
        options.keepsHistory = keepsHistory
        return options
    }
}
