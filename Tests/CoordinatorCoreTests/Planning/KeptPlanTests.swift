import CoordinatorCore
import Testing
import Wire

/// Plans that come back from an agent.
@Suite struct KeptPlanTests {
    private func findings(_ plan: Plan, _ made: Made, members: [NodeName]? = nil, reports: [NodeReport]? = nil)
        -> [Finding]
    {
        KeptPlan(
            plan, members: (members ?? made.names).map { Planner.Member(name: $0, role: made.role($0)) },
            reports: reports ?? made.names.map { made.report($0) }
        ).findings
    }

    private func plan(
        _ made: Made, nodes: [PlannedNode]? = nil, target: K3sVersion? = nil, steps: ([Step]) -> [Step] = { $0 }
    ) -> Plan {
        let plan = made.plan
        return Plan(
            run: plan.run, purpose: plan.purpose, target: target ?? plan.target, nodes: nodes ?? plan.nodes,
            steps: steps(plan.steps), release: plan.release, policy: plan.policy, baseline: plan.baseline)
    }

    @Test(arguments: [(1, 0), (1, 2), (3, 5)]) func whatAPlannerMakesIsGoneOnWith(_ servers: Int, _ workers: Int) throws
    {
        let made = try Made(servers: servers, workers: workers)
        #expect(findings(made.plan, made).isEmpty)
        // Half of it is done, and some do not answer.
        let half = made.servers.map { made.report($0, disk: made.new, running: made.new) }
        #expect(findings(made.plan, made, reports: half).isEmpty)
        guard let worker = made.workers.first, let run = RunID("back-1") else { return }
        #expect(findings(made.planner().rollback(of: worker, to: made.old, run: run), made).isEmpty)
    }

    @Test func oneThatWasMadeForSomeOfTheNodes() throws {
        let made = try Made()
        let cluster = made.cluster(
            made.names.map { made.node($0, version: $0 == made.servers[0] ? made.new : made.old) })
        let reports = made.names.map { name in
            name == made.servers[0] ? made.report(name, disk: made.new, running: made.new) : made.report(name)
        }
        let plan = made.planner(reports: reports, cluster: cluster).upgrade(to: made.new, run: made.run)
        #expect(findings(plan, made, reports: reports).isEmpty)
        #expect(findings(plan, made).map(\.code) == ["strange-plan"], "the server has the old version after all")
    }

    @Test func aNodeThatTheInventoryNoLongerLists() throws {
        let made = try Made()
        #expect(findings(made.plan, made, members: made.names.dropLast()).isEmpty)
    }

    @Test func whatNoPlannerMakes() throws {
        let made = try Made(servers: 3)
        let worker = made.workers[0]
        let strange = [
            plan(made) { $0.filter { $0.kind != .snapshot } },
            plan(made) { $0.filter { $0.kind != .drain } },
            plan(made) { Array($0.reversed()) },
            plan(made) { $0.filter { $0.node != worker } },
            plan(made) { $0 + [Step(.rollback, worker)] },
            plan(made, nodes: made.plan.nodes.filter { $0.name != worker }) { $0.filter { $0.node != worker } },
            plan(made, nodes: made.plan.nodes + [made.plan.nodes[0]]),
            plan(
                made,
                nodes: made.plan.nodes.map {
                    PlannedNode(name: $0.name, role: .server, architecture: $0.architecture, version: $0.version)
                }),
        ]
        for (index, plan) in strange.enumerated() {
            #expect(findings(plan, made).map(\.code) == ["strange-plan"], "number \(index)")
        }
    }

    @Test func aRollbackThatTakesMoreThanItsWorker() throws {
        let made = try Made()
        let good = made.planner().rollback(of: made.workers[0], to: made.old, run: made.run)
        let server = made.servers[0]
        for steps in [
            good.steps + [Step(.rollback, made.workers[1])], [Step(.drain, server), Step(.rollback, server)],
        ] {
            let bad = Plan(
                run: good.run, purpose: .rollback, target: good.target, nodes: good.nodes, steps: steps,
                release: good.release, policy: good.policy, baseline: good.baseline)
            #expect(findings(bad, made).map(\.code) == ["strange-plan"])
        }
    }

    /// A run that was left lying, with the cluster on a later version by now.
    @Test func oneThatWouldGoBack() throws {
        let made = try Made(workers: 0)
        let later = try #require(K3sVersion("v1.35.2+k3s1"))
        let reports = [made.report(made.servers[0], disk: later, running: later)]
        #expect(findings(made.plan, made, reports: reports).map(\.code) == ["downgrade"])
    }
}
