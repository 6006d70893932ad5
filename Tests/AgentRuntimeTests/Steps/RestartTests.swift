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
        try symbolicLink(to: FilePath("/proc/\(getpid())/exe"), at: binary)
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
        var facts = StepFacts()
        facts.invocationBefore = "before"
        let effect = try #require(Effect.sample(.install, .restart, on: "k3s-worker-01", facts: facts))
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
