import Testing
import Wire

@Suite struct BaselineTests {
    @Test func onlyACordonWithoutOurMarkIsTheOperators() throws {
        let made = try Samples()
        func node(_ name: NodeName, schedulable: Bool, mark: CordonMark?) -> ObservedNode {
            ObservedNode(
                name: name, isServer: false, version: nil, ready: true, schedulable: schedulable, cordon: mark,
                heartbeat: nil, isVoter: nil)
        }
        let third = try #require(NodeName("third"))
        let baseline = Baseline(
            of: ClusterObservation(
                nodes: [
                    node(made.server, schedulable: false, mark: nil),
                    node(made.worker, schedulable: false, mark: CordonMark(run: made.run, epoch: made.epoch)),
                    node(third, schedulable: true, mark: nil),
                ],
                leaders: [], workloads: [made.workload], volumes: [made.volume], unfinishedJobs: [], at: 0))
        #expect(baseline.cordonedByOperator == [made.server])
        #expect(baseline.workloads == [made.workload])
        #expect(baseline.volumes == [made.volume])
    }
}
