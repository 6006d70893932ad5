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

    private func owe() async throws {
        try await saveKit()
        try Durable.createFolder(stores.folder, mode: .ownerReadWriteExecute)
        try steps.oweDefinition(to: try await effect(.installer).plan.run)
    }

    private var isOwed: Bool {
        get throws { try FileFacts(at: stores.folder.appending("definition-owed")) != nil }
    }

    @Test(arguments: [nil, "", "[Service]\nExecStart=/usr/local/bin/k3s \"agent\n"])
    func whatTheInstallerLeftIsPutBackOnce(_ left: String?) async throws {
        try await owe()
        try Durable.remove(folder.root.path(node.unitPath))
        if let left { try folder.write(left, to: node.unitPath) }
        await steps.mendDefinition(inStep: true)
        #expect(try folder.text(node.unitPath) == SampleNode.workerUnit)
        #expect(try isOwed, "the installer may still be writing")
        try folder.write(mended, to: node.environmentPath)
        await steps.mendDefinition(inStep: true)
        #expect(try environment() == mended)
        await steps.mendDefinition(inStep: false)
        #expect(try environment() == SampleNode.workerEnvironment)
        #expect(try !isOwed)
        try folder.write(mended, to: node.environmentPath)
        await steps.mendDefinition(inStep: false)
        #expect(try environment() == mended, "from then on it is the operator's")
    }

    /// A retry, and another run's kit, rest on them.
    @Test(arguments: [Phase.check, .saveKit])
    func whatIsOwedIsPutBackFirst(_ phase: Phase) async throws {
        try await owe()
        try Durable.remove(folder.root.path(node.unitPath))
        _ = await steps.perform(try await effect(phase))
        #expect(try folder.text(node.unitPath) == SampleNode.workerUnit)
        #expect(try !isOwed)
    }

    @Test func nothingBeginsWhileItCannotBePutBack() async throws {
        try await owe()
        let kit = try #require(try stores.kits.open(try await effect(.check).plan.run.text))
        let unit = try #require(kit.manifest.files.first { $0.part == .unit })
        try Durable.replace(kit.folder.appending(unit.stored), with: [0], mode: .ownerReadWrite)
        try folder.write("half", to: node.unitPath)
        await steps.mendDefinition(inStep: false)
        #expect(try isOwed)
        for phase in [Phase.check, .saveKit] {
            guard case .failed = await steps.perform(try await effect(phase)) else {
                Issue.record("\(phase) goes on")
                return
            }
        }
        #expect(try folder.text(node.unitPath) == "half")
    }

    @Test func aK3sThatWasUninstalledStaysSo() async throws {
        try await owe()
        try Durable.remove(folder.root.path(node.unitPath))
        try Durable.remove(folder.root.path(node.binary))
        for inStep in [false, true] { await steps.mendDefinition(inStep: inStep) }
        #expect(try FileFacts(at: folder.root.path(node.unitPath)) == nil)
    }

    @Test func itIsOwedFromBeforeTheInstallerUntilTheUnitIsRestored() async throws {
        try await saveKit()
        try Durable.createFolder(stores.folder, mode: .ownerReadWriteExecute)
        // There is no installer of before, and none is begun.
        let steps = NodeSteps(
            root: folder.root, stores: stores,
            runner: ScriptedRunner { (command) in
                .printed(
                    "LoadState=not-found\nActiveState=inactive\nSubState=dead\n",
                    status: ["show", "is-enabled", "enable"].contains(command.arguments.first) ? 0 : 1)
            }.runner)
        _ = await steps.perform(try await effect(.installer))
        #expect(try isOwed)
        guard case .done = await self.steps.perform(try await effect(.restoreUnit)) else {
            Issue.record("it cannot be restored")
            return
        }
        #expect(try !isOwed)
    }

    /// Without its unit a node is none of K3s to the look that comes before every command.
    @Test func whatAStepCouldNotPutBackIsBeforeALookAtTheNode() async throws {
        try await owe()
        let daemon = try await AgentDaemon.start(stores: stores, nonceSeed: 1, steps: steps, looks: NodeLooks(steps))
        try steps.oweDefinition(to: try await effect(.installer).plan.run)
        try Durable.remove(folder.root.path(node.unitPath))
        _ = await daemon.answer(Asked(id: 1, ask: .inspect))
        #expect(try folder.text(node.unitPath) == SampleNode.workerUnit)
    }
}
