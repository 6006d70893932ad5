import CoordinatorCommands
import Testing
import Wire

@Suite struct RunSummaryLineTests {
    @Test func saysExactlyThisOnSuccess() throws {
        #expect(
            RunSummaryLine.text(try Samples.done())
                == "upgraded 3/3 nodes to v1.35.1+k3s1; control plane unavailable 2.1s of 300s allowed; "
                + "rollback ready 3/3 (2 reinstall, 1 restore)")
    }

    @Test func countsOnlyNodesThatAreWell() throws {
        #expect(
            RunSummaryLine.text(try Samples.failed())
                == "failed: 1/3 nodes on v1.35.1+k3s1, Ready and schedulable; control plane unavailable 2.1s of 300s "
                + "allowed; rollback ready 1/3 (1 restore)")
    }

    @Test func serversThatRejoinGoBackByTheRestoreOfAnother() throws {
        var report = try Samples.done()
        report.view.nodes[1].readiness = Readiness(verdict: .rejoin, version: nil)
        #expect(RunSummaryLine.text(report).hasSuffix("rollback ready 3/3 (1 reinstall, 2 restore)"))
        report.view.nodes[0].readiness = Readiness(verdict: .notReady, version: nil)
        #expect(RunSummaryLine.text(report).hasSuffix("rollback ready 1/3 (1 reinstall)"))
    }

    @Test func aNodeThatTheOperatorHadCordonedCountsAsItIs() throws {
        var report = try Samples.done()
        report.view.nodes[1].schedulable = false
        #expect(RunSummaryLine.text(report).hasPrefix("upgraded 2/3 nodes"))
        report.view.nodes[1].wasCordoned = true
        #expect(RunSummaryLine.text(report).hasPrefix("upgraded 3/3 nodes"))
    }

    @Test func leavesOutAnOutageThatWasNotMeasured() throws {
        var report = try Samples.done()
        report.view.outage = nil
        #expect(!RunSummaryLine.text(report).contains("control plane"))
        report.view.outage = OutageView(milliseconds: 0, limit: 300)
        #expect(RunSummaryLine.text(report).contains("control plane unavailable 0.0s of 300s allowed;"))
        report.view.outage = OutageView(milliseconds: 300_001, limit: 300)
        #expect(RunSummaryLine.text(report).contains("300.0s of 300s allowed, over the limit"))
    }

    @Test func aRollbackNamesWhereItWentBackTo() throws {
        var report = try Samples.done()
        let old = try Samples.version("v1.34.3+k3s1")
        report.view.purpose = .rollback
        report.view.nodes = [report.view.nodes[1]]
        report.view.nodes[0].goal = old
        report.view.nodes[0].version = old
        report.view.outage = nil
        #expect(
            RunSummaryLine.text(report) == "rolled back 1/1 nodes to v1.34.3+k3s1; rollback ready 1/1 (1 reinstall)")
    }

    @Test(arguments: [
        (0, "0.0s"), (49, "0.0s"), (50, "0.1s"), (2_080, "2.1s"), (99_999, "100.0s"), (-5, "0.0s"),
        (.max, "9223372036854775.8s"), (.min, "0.0s"),
    ])
    func tenths(milliseconds: Int, text: String) { #expect(Seconds.tenths(milliseconds) == text) }

    @Test(arguments: [(900, "0.9s"), (99_900, "99.9s"), (121_000, "2m01s"), (3_600_000, "1h00m"), (7_500_000, "2h05m")])
    func times(milliseconds: Int, text: String) { #expect(Seconds.text(milliseconds) == text) }
}
