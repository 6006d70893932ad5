import Glibc
import SystemPackage
import Testing
import Wire

@testable import AgentCore
@testable import AgentRuntime

/// Unit and environment between the installer, which deletes and rewrites them, and the operator, who may change them.
@Suite struct DefinitionTests {
    private let folder: TemporaryFolder
    private let node: NodeInstallation
    private let steps: NodeSteps
    private let stores: AgentStores
    private let systemctl = ScriptedRunner { (command) in
        switch command.arguments.first {
        case "is-enabled": .printed("enabled\n")
        case "show":
            .printed("LoadState=loaded\nActiveState=active\nSubState=running\nInvocationID=now\nMainPID=\(getpid())")
        default: .printed("")
        }
    }
    private let mended = "K3S_TOKEN='canary-token-123'\nK3S_URL='https://192.168.2.21:6443'\n"

    init() throws {
        folder = try TemporaryFolder()
        node = try SampleNode.worker(in: folder)
        stores = AgentStores(folder.path.appending("state"))
        steps = NodeSteps(root: folder.root, stores: stores, runner: systemctl.runner)
    }

    private func effect(_ phase: Phase, facts: StepFacts = StepFacts()) async throws -> Effect {
        let installed = try await FileDigest.of(folder.root.path(node.binary)).sha256
        return try #require(Effect.sample(.install, phase, on: "k3s-worker-01", facts: facts, sha256: installed))
    }

    private func saveKit() async throws {
        let version = try #require(K3sVersion("v1.34.3+k3s1"))
        let run = try await effect(.check).plan.run.text
        _ = try await RollbackKit.save(
            of: node, version: version, isEnabled: true, run: run, in: stores.kits, created: 0)
    }

    private func environment() throws -> String { try folder.text(node.environmentPath) }

    // MARK: The operator's

    /// The old version still runs: what the operator changed after the kit was saved would be lost by going on.
    @Test func anInstallDoesNotBeginOverAChange() async throws {
        try await saveKit()
        let staging = Staging(for: node, architecture: try .current())
        let effect = try await effect(.check)
        try staging.create()
        try await Durable.copy(folder.root.path(node.binary), to: staging.binary(effect.plan.target))
        guard case .done(let facts) = await steps.perform(effect) else {
            Issue.record("an install of an unchanged node does not begin")
            return
        }
        #expect(facts.definitionIsOperators == nil)
        try folder.write(mended, to: node.environmentPath)
        guard case .failed(let failure) = await steps.perform(effect) else {
            Issue.record("the install begins")
            return
        }
        #expect(failure.code == "definition-changed")
        #expect(failure.message.contains(node.environmentPath.string))
        #expect(try environment() == mended)
    }

    /// What the operator changed so that the new version comes up is no step's to take back.
    @Test func aMendAfterAFailedTryStays() async throws {
        try await saveKit()
        try folder.write(mended, to: node.environmentPath)
        guard case .done(let facts) = await steps.perform(try await effect(.check)) else {
            Issue.record("the check failed")
            return
        }
        #expect(facts.definitionIsOperators == true)
        for phase in [Phase.installer, .restoreUnit] {
            guard case .done(let learned) = await steps.perform(try await effect(phase, facts: facts)) else {
                Issue.record("\(phase) failed")
                return
            }
            #expect(learned.notes.contains { $0.contains(node.environmentPath.string) } == (phase == .restoreUnit))
        }
        #expect(try environment() == mended)
        #expect(systemctl.commands.allSatisfy { $0.arguments.first == "show" })
    }

    // MARK: The installer's

    private func state(_ result: StepOutcome.Result, in phase: Phase, passed: Bool = true) async throws -> AgentState {
        let effect = try await effect(phase)
        let text = String(decoding: try FrameCodec.text(of: effect.plan), as: UTF8.self)
        let outcome = StepOutcome(
            step: effect.step, epoch: effect.epoch, attempt: 1, result: result,
            phases: [PhaseTiming(phase: phase, milliseconds: 1)], passedPointOfNoReturn: passed)
        return AgentState(records: [.planStored(text: text, digest: "digest"), .stepEnded(outcome)])
    }

    @Test(arguments: ["", "[Service]\nExecStart=/usr/local/bin/k3s \"agent\n"])
    func aUnitThatAFailedStepLeftIsPutBack(_ left: String) async throws {
        try await saveKit()
        try folder.write(left, to: node.unitPath)
        try await steps.mendDefinition(of: try await state(.failed, in: .restart))
        #expect(try folder.text(node.unitPath) == SampleNode.workerUnit)
    }

    @Test func anEnvironmentThatAStepCouldNotPutBackIs() async throws {
        try await saveKit()
        try folder.write("K3S_TOKEN=", to: node.environmentPath)
        try await steps.mendDefinition(of: try await state(.failed, in: .await))
        #expect(try environment() == "K3S_TOKEN=", "it may be the operator's")
        try await steps.mendDefinition(of: try await state(.failed, in: .restoreUnit))
        #expect(try environment() == SampleNode.workerEnvironment)
    }

    @Test func aK3sThatWasUninstalledStaysSo() async throws {
        try await saveKit()
        try Durable.remove(folder.root.path(node.unitPath))
        for state in [
            try await state(.done, in: .await), try await state(.failed, in: .check, passed: false), AgentState(),
        ] {
            try await steps.mendDefinition(of: state)
        }
        let failed = try await state(.failed, in: .restoreUnit)
        try Durable.remove(folder.root.path(node.binary))
        try await steps.mendDefinition(of: failed)
        #expect(try FileFacts(at: folder.root.path(node.unitPath)) == nil)
    }

    /// Without its unit a node is none of K3s to the look that comes before every command; and another run's plan ends
    /// what is known of the step.
    @Test(arguments: [false, true])
    func whatAStepCouldNotPutBackIsBeforeAnythingElse(_ isPlan: Bool) async throws {
        try await saveKit()
        let stored = try await state(.failed, in: .restoreUnit)
        let journal = try JournalFile.open(in: stores.folder).journal
        try journal.append(.checkpoint(stored))
        let daemon = try await AgentDaemon.start(
            stores: stores, nonceSeed: 1, steps: steps, looks: NodeLooks(steps))
        try Durable.remove(folder.root.path(node.unitPath))
        let plan = StorePlan(epoch: Epoch(counter: 9, process: 1), text: "", supersede: true)
        let question = Asked(id: 1, ask: isPlan ? .storePlan(plan) : .inspect)
        _ = await daemon.answer(question)
        #expect(try folder.text(node.unitPath) == SampleNode.workerUnit)
        try Durable.remove(folder.root.path(node.unitPath))
        try Durable.removeTree(stores.kits.folder)
        let manifest = stores.kits.folder.appending(stored.stored?.plan.run.text ?? "").appending("manifest.json")
        try Durable.createFolder(manifest.removingLastComponent(), mode: .ownerReadWriteExecute)
        try Durable.replace(manifest, with: [], mode: .ownerReadWrite)
        guard case .refused(let refusal) = await daemon.answer(question) else {
            Issue.record("it goes on without the unit")
            return
        }
        #expect(refusal.code == .failed)
    }
}
