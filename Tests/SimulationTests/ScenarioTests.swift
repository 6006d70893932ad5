import Simulation
import Testing
import Wire

/// The rules of the design, held against the real cores under seeded faults.
@Suite struct ScenarioTests {
    @Test(arguments: [(1, 0), (1, 2), (3, 0), (3, 5), (5, 1)])
    func withoutFaultsOneCommandDoes(_ shape: (servers: Int, workers: Int)) throws {
        let verdict = Scenario.run(seed: 1, try options(shape.servers, shape.workers))
        #expect(verdict.breaches.isEmpty)
        #expect(verdict.commands == 1)
    }

    /// A few only, in a build without optimisation; deploy/test runs more with one.
    @Test func theRulesHoldUnderFaults() throws {
        for seed in UInt64(0)..<60 {
            let verdict = Scenario.run(seed: seed, try #require(Scenario.Options(of: seed)))
            #expect(verdict.breaches.isEmpty, "seed \(seed)")
        }
    }

    /// 12953: an operator's command that was still to come when all was done, and nobody waited for its run to end.
    /// 22104: a gate beside a node whose step is yet to be gone on with, in the moment in which its agent was dead.
    @Test(arguments: [UInt64(12_953), 22_104])
    func whatIsWellIsNotCalledBroken(_ seed: UInt64) throws {
        let verdict = Scenario.run(seed: seed, try #require(Scenario.Options(of: seed)))
        #expect(verdict.breaches.isEmpty)
    }

    @Test func aSeedReplaysToTheLetter() throws {
        var options = try options(3, 2, faults: 8)
        options.keepsHistory = true
        let first = Scenario.run(seed: 42, options)
        #expect(first.history == Scenario.run(seed: 42, options).history)
        #expect(first.history.contains { $0.contains("fault:") })
    }

    /// A kill at every point of one upgrade; `simulate --crash-everywhere` does larger clusters.
    @Test(arguments: [(1, 1), (3, 0)])
    func aProcessMayDieAtEveryPoint(_ shape: (servers: Int, workers: Int)) throws {
        let report = CrashEverywhere(seed: 7, try options(shape.servers, shape.workers)).run()
        #expect(report.breaches == [])
        #expect(report.runs > 300)
    }
}

func options(_ servers: Int, _ workers: Int, faults: Int = 0) throws -> Scenario.Options {
    Scenario.Options(
        servers: servers, workers: workers, origin: try #require(K3sVersion("v1.34.3+k3s1")),
        target: try #require(K3sVersion("v1.35.1+k3s1")), faults: faults)
}
