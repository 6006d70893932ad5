internal import Simulation

/// What came of many seeds.
struct Tally: Sendable {
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var events = 0
    private(set) var coverage = Coverage()
    private(set) var lines: [String] = []
    private(set) var firstFailing: UInt64?

    mutating func add(_ verdict: Verdict) {
        events += verdict.events
        coverage.add(verdict.coverage)
        guard let breach = verdict.breaches.first else {
            passed += 1
            return
        }
        failed += 1
        firstFailing = firstFailing.map { min($0, verdict.seed) } ?? verdict.seed
        lines.append("seed \(verdict.seed): \(breach)")
    }

    mutating func add(_ other: Tally) {
        passed += other.passed
        failed += other.failed
        events += other.events
        coverage.add(other.coverage)
        guard let seed = other.firstFailing else { return }
        firstFailing = firstFailing.map { min($0, seed) } ?? seed
    }
}
