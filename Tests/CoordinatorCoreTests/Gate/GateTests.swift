import CoordinatorCore
import Testing
import Wire

@Suite struct GateTests {
    let made: Made

    init() throws { made = try Made(servers: 1, workers: 1) }

    private var server: NodeName { made.servers[0] }
    private var worker: NodeName { made.workers[0] }

    /// A cluster as it should be after both nodes came to the target, at its `beat`-th renewal.
    private func look(
        _ beat: Int, server: ObservedNode? = nil, worker: ObservedNode? = nil, leader: String? = nil,
        holder: String = "server-1", workloads: [Workload] = [], volumes: [Volume] = [], jobs: [String] = []
    ) -> ClusterObservation {
        ClusterObservation(
            nodes: [
                server ?? made.node(self.server, version: made.new, heartbeat: "s\(beat)"),
                worker ?? made.node(self.worker, version: made.new, heartbeat: "w\(beat)"),
            ],
            leaders: [
                ObservedLeader(name: "kube-controller-manager", holder: holder, renewal: leader ?? "l\(beat)")
            ], workloads: workloads, volumes: volumes, unfinishedJobs: jobs, at: 0)
    }

    /// - Parameter alive: nil for all that were not disrupted.
    private func gate(
        _ upgraded: [NodeName], _ disrupted: [NodeName], alive: [NodeName]? = nil, isLast: Bool = false,
        baseline: ClusterObservation? = nil
    ) -> Gate {
        let plan = made.planner(cluster: baseline ?? made.cluster()).upgrade(to: made.new, run: made.run)
        let others = made.names.filter { !disrupted.contains($0) }
        return Gate(plan: plan, upgraded: upgraded, disrupted: disrupted, alive: alive ?? others, isLast: isLast)
    }

    /// The gate's word after the looks, and that it said nothing else before.
    private func reasons(_ gate: Gate, _ looks: [ClusterObservation]) -> [String] {
        var gate = gate
        var last: [String] = ["no look"]
        for look in looks {
            switch gate.judge(look) {
            case .open: last = []
            case .waiting(let reasons):
                #expect(!reasons.isEmpty)
                last = reasons
            }
        }
        return last
    }

    @Test func opensWhenNothingIsAmiss() {
        #expect(reasons(gate([server], [server]), [look(1), look(2)]).count == 2)
        #expect(reasons(gate([server], [server]), [look(1), look(2), look(3)]).isEmpty)
        #expect(reasons(gate([server, worker], []), [look(1)]).isEmpty)
    }

    @Test func aNodeThatWasJustSeenAliveNeedsNoMoreRenewals() {
        #expect(reasons(gate([server, worker], [worker], alive: [server, worker]), [look(1)]).isEmpty)
        #expect(reasons(gate([server, worker], [server, worker], alive: [worker]), [look(1)]).count == 2)
    }

    /// It may have lost its power meanwhile, and shows Ready for some 40 s more.
    @Test func evenANodeThatWasLeftAloneHasToLive() {
        let dead = made.node(worker, version: made.new, heartbeat: "w1")
        let between = gate([server], [server], alive: [])
        #expect(
            reasons(between, (1...20).map { look($0, worker: dead) })
                == ["worker-1 has not renewed its node Lease since"])
        #expect(reasons(between, [look(1), look(2, worker: dead), look(3, worker: dead)]).count == 1)
        #expect(reasons(between, [look(1, worker: dead), look(2), look(3)]).isEmpty)
        let last = gate([server, worker], [worker], alive: [worker], isLast: true)
        #expect(reasons(last, [look(1), look(2)]) == ["server-1 has not renewed its node Lease twice since"])
        #expect(reasons(last, [look(1), look(2), look(3)]).isEmpty)
    }

    /// Before a rollback: a healthy node is disrupted only while the others are alive, a broken one at once.
    @Test func aNodeThatIsNotReadyIsTakenBackWhateverElseIsAmiss() {
        let plan = made.planner(cluster: made.cluster()).rollback(of: worker, to: made.old, run: made.run)
        let gate = Gate(plan: plan, upgraded: [], disrupted: [server], unfinished: worker)
        let down = made.node(worker, version: made.new, ready: false, heartbeat: "same")
        #expect(reasons(gate, [look(1, worker: down)]).isEmpty)
        #expect(reasons(gate, [look(1)]).count == 2)
        #expect(reasons(gate, [look(1), look(2), look(3)]).isEmpty)
    }

    @Test func aReadyThatNobodyTookBackYetIsNotBelieved() {
        let stale = made.node(worker, version: made.new, heartbeat: "same")
        let looks = (1...20).map { look($0, worker: stale) }
        #expect(reasons(gate([worker], [worker]), looks) == ["worker-1 has not renewed its node Lease twice since"])
        let without = made.node(worker, version: made.new, heartbeat: nil)
        #expect(!reasons(gate([worker], [worker]), (1...20).map { look($0, worker: without) }).isEmpty)
    }

    @Test func theOldVersionIsWaitedFor() {
        let old = made.node(worker, heartbeat: "9")
        #expect(
            reasons(gate([worker], []), [look(1, worker: old)]) == ["worker-1 reports v1.34.3+k3s1, not v1.35.1+k3s1"])
        #expect(reasons(gate([], []), [look(1, worker: old)]).isEmpty, "its turn has not come")
    }

    @Test func anyNodeThatIsNotReadyHoldsItUp() {
        let down = made.node(worker, ready: false)
        #expect(reasons(gate([server], []), [look(1, worker: down)]) == ["worker-1 is not Ready"])
        let gone = ClusterObservation(
            nodes: [made.node(server, version: made.new)], leaders: [], workloads: [], volumes: [], unfinishedJobs: [],
            at: 0)
        #expect(reasons(gate([server], []), [gone]) == ["worker-1 is not in the cluster"])
    }

    @Test func leadersThatSleepAreWaitedForAfterAServer() {
        let asleep = (1...20).map { look($0, leader: "before the restart") }
        #expect(reasons(gate([server], [server]), asleep) == ["kube-controller-manager does not lead yet"])
        let nobody = (1...20).map { look($0, holder: "") }
        #expect(reasons(gate([server], [server]), nobody) == ["kube-controller-manager does not lead yet"])
        #expect(reasons(gate([worker], [worker]), asleep).isEmpty, "a worker's restart puts no leader to sleep")
        let woken = asleep + [look(21), look(22)]
        #expect(reasons(gate([server], [server]), woken).isEmpty)
    }

    @Test func votersAreWaitedFor() {
        let learner = made.node(server, version: made.new, isVoter: false)
        #expect(reasons(gate([server], []), [look(1, server: learner)]) == ["server-1 is no voting member of etcd"])
        let voter = made.node(server, version: made.new, isVoter: true)
        #expect(reasons(gate([server], []), [look(1, server: voter)]).isEmpty)
    }

    // MARK: cordons

    @Test func aCordonOfOursIsWaitedFor() {
        let mark = CordonMark(run: made.run, epoch: Epoch(counter: 1, process: 1))
        let cordoned = made.node(worker, version: made.new, schedulable: false, cordon: mark)
        #expect(reasons(gate([worker], []), [look(1, worker: cordoned)]) == ["worker-1 is still cordoned"])
        #expect(reasons(gate([server], []), [look(1, worker: cordoned)]).isEmpty)
    }

    @Test func aCordonThatCameMeanwhileIsWaitedForWithTheWayOut() {
        let cordoned = made.node(worker, version: made.new, schedulable: false)
        #expect(
            reasons(gate([worker], []), [look(1, worker: cordoned)])
                == ["worker-1 is cordoned, not by this run: kubectl uncordon worker-1"])
    }

    @Test func theOperatorsCordonIsNot() {
        let cordoned = made.node(worker, version: made.new, schedulable: false)
        let before = made.cluster([made.node(server), made.node(worker, schedulable: false)])
        #expect(reasons(gate([worker], [], baseline: before), [look(1, worker: cordoned)]).isEmpty)
    }

    // MARK: workloads and volumes

    private func web(_ desired: Int, _ ready: Int, observed: Bool = true) -> Workload {
        Workload(kind: "Deployment", namespace: "shop", name: "web", desired: desired, ready: ready, observed: observed)
    }

    @Test(arguments: [
        // As it was.
        (3, 3, 3, 3, true), (3, 3, 3, 2, false), (3, 3, 3, 0, false),
        // It was not whole before: no more is asked than it had.
        (3, 1, 3, 1, true), (3, 1, 3, 0, false), (3, 0, 3, 0, true),
        // Scaled down, to nothing, and up meanwhile.
        (3, 3, 1, 1, true), (3, 3, 1, 0, false), (3, 3, 0, 0, true), (3, 3, 9, 3, true), (3, 3, 9, 2, false),
    ])
    func workloadsComeBackToWhatTheyHad(
        _ desired: Int, _ ready: Int, _ desiredNow: Int, _ readyNow: Int, _ opens: Bool
    ) {
        let before = made.cluster(workloads: [web(desired, ready)])
        let now = look(1, workloads: [web(desiredNow, readyNow)])
        #expect(reasons(gate([server], [], baseline: before), [now]).isEmpty == opens)
    }

    @Test func aStatusThatItsControllerHasNotSeenIsNotBelieved() {
        let before = made.cluster(workloads: [web(1, 1)])
        let now = look(1, workloads: [web(1, 1, observed: false)])
        #expect(
            reasons(gate([server], [], baseline: before), [now])
                == ["Deployment shop/web: its controller has not seen it since"])
        #expect(reasons(gate([server], [], baseline: before), [look(1)]) == ["Deployment shop/web is gone"])
        #expect(reasons(gate([server], []), [now]).isEmpty, "what came later is not ours to judge")
    }

    @Test func volumesStayAsTheyWere() {
        func claim(_ phase: String) -> Volume {
            Volume(kind: "PersistentVolumeClaim", namespace: "shop", name: "data", phase: phase)
        }
        let before = made.cluster(volumes: [claim("Bound")])
        let gate = gate([server], [], baseline: before)
        #expect(reasons(gate, [look(1, volumes: [claim("Bound")])]).isEmpty)
        #expect(
            reasons(gate, [look(1, volumes: [claim("Lost")])])
                == ["PersistentVolumeClaim shop/data is Lost, was Bound"])
        #expect(reasons(gate, [look(1)]) == ["PersistentVolumeClaim shop/data is gone"])
        let waiting = self.gate([server], [], baseline: made.cluster(volumes: [claim("Pending")]))
        #expect(reasons(waiting, [look(1, volumes: [claim("Bound")])]).isEmpty, "its first pod has come")
        #expect(!reasons(waiting, [look(1, volumes: [claim("Lost")])]).isEmpty)
    }

    @Test func packagedComponentsAreWaitedFor() {
        #expect(
            reasons(gate([server], []), [look(1, jobs: ["kube-system/helm-install-traefik"])])
                == ["the packaged component kube-system/helm-install-traefik is still being installed"])
    }

    @Test func aRollbackWantsTheFormerVersion() {
        let plan = made.planner().rollback(of: worker, to: made.old, run: made.run)
        let gate = Gate(plan: plan, upgraded: [worker], disrupted: [], alive: made.names)
        #expect(reasons(gate, [look(1)]) == ["worker-1 reports v1.35.1+k3s1, not v1.34.3+k3s1"])
        #expect(reasons(gate, [look(1, worker: made.node(worker))]).isEmpty)
    }

    /// An agent that is not asked may hold a node for a run that was left behind: the cluster tells.
    @Test(arguments: [("run-1", true), ("run-9", false)])
    func aCordonOfAnotherRunIsWaitedForWhereItsHolderIsNotAsked(_ run: String, _ opens: Bool) throws {
        let mark = CordonMark(run: try #require(RunID(run)), epoch: Epoch(counter: 1, process: 1))
        let cluster = made.cluster([made.node(server), made.node(worker, schedulable: false, cordon: mark)])
        var gate = Gate(plan: made.plan, upgraded: [], disrupted: [], alive: made.names, watchesMarks: true)
        #expect(gate.judge(cluster) == (opens ? .open : .waiting(["worker-1 is cordoned by run run-9"])))
        var plain = Gate(plan: made.plan, upgraded: [], disrupted: [], alive: made.names)
        #expect(plain.judge(cluster) == .open)
    }
}
