import Glibc
import SystemPackage
import Testing
import Wire

@testable import AgentCore
@testable import AgentRuntime

/// The restart of an agent that may have died behind it: what is up from the new binary is never taken down again.
@Suite struct RestartTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try SampleNode.worker(in: folder)
    }

    /// The service's process is this very one, whose binary is the one that is installed.
    private func installOwnBinary() throws {
        let binary = folder.root.path("/usr/local/bin/k3s")
        try Durable.removeTree(binary)
        try #require(symlink("/proc/\(getpid())/exe", binary.string) == 0)
    }

    /// The verbs of systemctl that the restart called.
    private func restart(_ state: String, invocation: String) async throws -> [String] {
        let scripted = ScriptedRunner { (_) in
            .printed(
                """
                LoadState=loaded
                ActiveState=\(state)
                SubState=running
                InvocationID=\(invocation)
                MainPID=\(getpid())
                """)
        }
        let steps = NodeSteps(
            root: folder.root, stores: AgentStores(folder.path.appending("state")), runner: scripted.runner)
        let version = try #require(K3sVersion("v1.35.1+k3s1"))
        let plan = Plan(
            run: try #require(RunID("20260102-030405-abcd")), purpose: .upgrade, target: version, nodes: [], steps: [],
            release: PlannedRelease(binaries: [], installerSHA256: nil), policy: Policy(),
            baseline: Baseline(workloads: [], volumes: [], cordonedByOperator: []))
        var facts = StepFacts()
        facts.invocationBefore = "before"
        let effect = Effect(
            token: 1, step: StepID(kind: .install, node: try #require(NodeName("k3s-worker-01"))),
            epoch: Epoch(counter: 3, process: 4), work: .phase(.restart), facts: facts, plan: plan)
        guard case .done = await steps.perform(effect) else {
            throw NodeError(.serviceNotBack, "the step failed")
        }
        return scripted.commands.compactMap(\.arguments.first)
    }

    @Test(arguments: ["active", "activating"])
    func whatIsUpFromTheNewBinaryIsLeftAlone(_ state: String) async throws {
        try installOwnBinary()
        #expect(try await restart(state, invocation: "after") == ["show"])
    }

    @Test func whatHasNotBeenRestartedYetIs() async throws {
        try installOwnBinary()
        #expect(try await restart("active", invocation: "before") == ["show", "restart"])
    }

    @Test func whatCameUpFromTheOldBinaryIsRestarted() async throws {
        #expect(try await restart("active", invocation: "after") == ["show", "restart"])
    }
}
