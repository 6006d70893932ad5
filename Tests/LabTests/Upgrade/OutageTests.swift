import LabSupport
import Testing

/// The outage that the report names, against somebody else's measurement.
@Suite struct OutageTests {
    @Test(arguments: [0, 2, 10])
    func reportedOutageIsTheOneSeenFromOutside(startDelay: Int) async throws {
        var configuration = LabClusterConfiguration(workers: 0)
        configuration.settings.append("start-delay=\(startDelay)s")
        try await UpgradeScene.with(configuration) { scene in
            var outcome: CommandOutcome?
            let seen = try await scene.cluster.longestOutage { outcome = try await scene.upgrade() }
            let report = try #require(outcome)
            try await scene.expectUpgraded(report)
            let named = try #require(report.output.firstMatch(of: #/control plane unavailable (\d+\.\d)s/#))
            let reported = try #require(Double(named.1))
            #expect(abs(reported - seen) <= 0.5, "reported \(reported) s, seen \(seen) s")
            #expect(seen >= Double(startDelay))
        }
    }
}
