import Glibc
import Synchronization
import SystemPackage
import Testing
import Wire

@testable import AgentCore
@testable import AgentRuntime

/// The restart of an agent that may have died behind it: what is up from the new binary is never taken down again.
@Suite struct RestartTests {
    private let folder: TemporaryFolder
    private let node: NodeInstallation
    private var stores: AgentStores { AgentStores(folder.path.appending("state")) }

    init() throws {
        folder = try TemporaryFolder()
        node = try SampleNode.worker(in: folder)
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
            root: folder.root, stores: stores, runner: scripted.runner)
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

    /// What the check of a later try takes for the service of before; it is that which is taken down.
    private func invocationToReplace(_ state: String) async throws -> String? {
        let version = try #require(K3sVersion("v1.34.3+k3s1"))
        let own = try await FileDigest.ofPresent(FilePath("/proc/self/exe"), following: true)?.sha256
        let effect = try #require(Effect.sample(.install, .check, on: "k3s-worker-01", sha256: own))
        let kit = try await RollbackKit.save(
            of: node, version: version, isEnabled: true, run: effect.plan.run.text, in: stores.kits, created: 0)
        #expect(await kit.saved.problems().isEmpty)
        let scripted = ScriptedRunner { (_) in
            .printed(
                """
                LoadState=loaded
                ActiveState=\(state)
                SubState=running
                InvocationID=now
                MainPID=\(getpid())
                """)
        }
        try installOwnBinary()
        let steps = NodeSteps(root: folder.root, stores: stores, runner: scripted.runner)
        switch await steps.perform(effect) {
        case .done(let facts): return facts.invocationBefore
        case .failed(let failure): throw NodeError(.serviceNotBack, failure.message)
        }
    }

    @Test(arguments: ["active", "activating"])
    func whatAnEarlierTryHasBroughtUpIsNotReplaced(_ state: String) async throws {
        #expect(try await invocationToReplace(state) == nil)
    }

    @Test func whatAnEarlierTryHasLeftDownIs() async throws {
        #expect(try await invocationToReplace("failed") == "now")
    }

    @Test func whatRunsWithTheOperatorsEnvironmentIsNotReplaced() async throws {
        let before = try await invocationToReplace("active")
        #expect(before == nil)
        try folder.write("K3S_URL=''\n", to: "/etc/systemd/system/k3s-agent.service.env")
        #expect(try await invocationToReplace("active") == nil)
    }

    /// The cold copy has stopped the service by then.
    @Test func systemdThatRefusesOnceIsAskedAgain() async throws {
        let calls = Mutex<[String]>([])
        let scripted = ScriptedRunner { (command) throws(NodeError) in
            let verb = command.arguments.first ?? ""
            let first = calls.withLock { calls in
                calls.append(verb)
                return calls.count { $0 == verb } == 1
            }
            guard !first else { throw NodeError(.commandTimedOut, "\(command) did not end in time") }
            return .printed("LoadState=loaded\nActiveState=inactive\nSubState=dead\n")
        }
        let steps = NodeSteps(root: folder.root, stores: stores, runner: scripted.runner)
        let effect = try #require(Effect.sample(.install, .restart, on: "k3s-worker-01"))
        guard case .done = await steps.perform(effect) else {
            Issue.record("the step failed")
            return
        }
        #expect(calls.withLock { $0 } == ["show", "show", "restart", "show", "restart"])
    }

    /// A look that fails, as one does that stood still with its machine, is not the service's failure.
    @Test func aLookThatFailsIsTakenAgain() async throws {
        try installOwnBinary()
        let looks = Mutex(0)
        let scripted = ScriptedRunner { (command) throws(NodeError) in
            let look = looks.withLock { looks in
                looks += 1
                return looks
            }
            guard look > 1 else { throw NodeError(.commandTimedOut, "\(command) did not end in time") }
            return .printed(
                """
                LoadState=loaded
                ActiveState=active
                SubState=running
                InvocationID=after
                MainPID=\(getpid())
                """)
        }
        let steps = NodeSteps(root: folder.root, stores: stores, runner: scripted.runner)
        var facts = StepFacts()
        facts.invocationBefore = "before"
        let effect = try #require(Effect.sample(.install, .await, on: "k3s-worker-01", facts: facts))
        guard case .done = await steps.perform(effect) else {
            Issue.record("the step failed")
            return
        }
        #expect(looks.withLock { $0 } == 2)
    }
}
