import Testing
import Wire

@testable import CoordinatorRuntime

@Suite struct BinaryPushTests {
    private func prepared(staged: [String]) throws -> RunPreparation.Prepared {
        func name(_ text: String) throws -> NodeName { try #require(NodeName(text)) }
        let version = try #require(K3sVersion("v1.34.3+k3s1"))
        let nodes = try ["k3s-master", "k3s-worker-01", "k3s-worker-02"].map { text in
            PlannedNode(
                name: try name(text), role: text == "k3s-master" ? .server : .worker, architecture: .arm64,
                version: version)
        }
        // The second worker is on the target already: the plan has nothing for it.
        let steps = nodes.dropLast().flatMap { [Step(.stage, $0.name), Step(.install, $0.name)] }
        let plan = Plan(
            run: try #require(RunID("run")), purpose: .upgrade, target: version, nodes: nodes, steps: steps,
            release: PlannedRelease(binaries: [], installerSHA256: nil), policy: Policy(),
            baseline: Baseline(workloads: [], volumes: [], cordonedByOperator: []))
        var prepared = RunPreparation.Prepared(plan: plan, text: "", digest: "", resumes: true, findings: [])
        prepared.staged = Set(try staged.map(name))
        return prepared
    }

    @Test(
        arguments: [
            ([], ["k3s-master", "k3s-worker-01"]), (["k3s-master"], ["k3s-worker-01"]),
            (["k3s-master", "k3s-worker-01"], []),
        ] as [([String], [String])])
    func onlyWhatIsStillToBeStagedIsPushed(staged: [String], due: [String]) throws {
        #expect(BinaryPush.nodes(of: try prepared(staged: staged)).map(\.name.text) == due)
        let down = try #require(NodeName("k3s-master"))
        let up = BinaryPush.nodes(of: try prepared(staged: staged), assumeDown: [down])
        #expect(up.map(\.name.text) == due.filter { $0 != "k3s-master" })
    }

    @Test func withNothingToPushNothingIsFetched() async throws {
        let fetcher = Fetcher { (_) throws(FetchFailure) in throw .notRun("nobody asks") }
        let inventory = Inventory(nodes: [])
        let push = BinaryPush(inventory: inventory, fetcher: fetcher) { note in Issue.record("\(note)") }
        #expect(try await push.run(prepared(staged: ["k3s-master", "k3s-worker-01"])).isEmpty)
    }
}
