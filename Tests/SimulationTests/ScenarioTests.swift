import Simulation
import Testing
import Wire

/// The rules of the design, held against the real cores under seeded faults.
@Suite struct ScenarioTests {
    private func options(servers: Int, workers: Int, faults: Int) throws -> Scenario.Options {
        Scenario.Options(
            servers: servers, workers: workers, origin: try #require(K3sVersion("v1.34.3+k3s1")),
            target: try #require(K3sVersion("v1.35.1+k3s1")), faults: faults)
    }

    @Test(arguments: [(1, 0), (1, 2), (3, 0), (3, 5)])
    func withoutFaultsOneCommandDoes(_ shape: (Int, Int)) throws {
        let verdict = Scenario.run(seed: 1, try options(servers: shape.0, workers: shape.1, faults: 0))
        #expect(verdict.violations.isEmpty)
    }

    /// A few only, in a build without optimisation; deploy/test runs more with one.
    @Test func theRulesHoldUnderFaults() throws {
        for seed in UInt64(0)..<20 {
            let options = try options(servers: seed % 3 == 0 ? 3 : 1, workers: Int(seed % 4), faults: Int(seed % 8))
            let verdict = Scenario.run(seed: seed, options)
            #expect(verdict.violations.isEmpty, "seed \(seed)")
        }
    }

    @Test func aSeedReplaysToTheLetter() throws {
        var options = try options(servers: 1, workers: 2, faults: 6)
        options.keepsHistory = true
        #expect(Scenario.run(seed: 42, options).history == Scenario.run(seed: 42, options).history)
    }
}
