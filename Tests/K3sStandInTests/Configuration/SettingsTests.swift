import Testing

@testable import K3sStandIn

@Suite struct SettingsTests {
    @Test func readsDelaysAndFaults() throws {
        let settings = try Settings(
            parsing: """
                # lab
                start-delay=2s
                lease-renew=250ms
                leader-lease=0
                helm-jobs=off
                fault=wont-start@v1.35.1+k3s1
                fault=notready-after-20s
                fault=removed-flag:--docker
                """)
        #expect(settings.startDelay == .seconds(2))
        #expect(settings.leaseRenewPeriod == .milliseconds(250))
        #expect(settings.leaderLease == .zero)
        #expect(!settings.helmJobs)
        #expect(settings.faults(in: "v1.34.3+k3s1") == [.notReady(afterSeconds: 20), .removedFlag("docker")])
        #expect(settings.faults(in: "v1.35.1+k3s1").contains(.wontStart))
    }

    @Test(arguments: [
        ("start-delay=soon", 1), ("\nwhat", 2), ("\n\nno-such=1", 3), ("fault=gremlins", 1), ("port=0", 1),
        ("helm-jobs=maybe", 1), ("start-delay=-1s", 1),
    ])
    func mistakesNameTheirLine(text: String, line: Int) {
        #expect { try Settings(parsing: text) } throws: { ($0 as? Settings.Mistake)?.line == line }
    }
}
