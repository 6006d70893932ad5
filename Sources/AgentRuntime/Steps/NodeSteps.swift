package import AgentCore
internal import Synchronization
internal import SystemPackage
internal import Wire

/// What the steps' phases do on this node. Each is safe to repeat, and leaves alone what is already as it should be.
package final class NodeSteps: Sendable {
    let root: SystemRoot
    let stores: AgentStores
    let runner: CommandRunner
    let outage = OutageMeter()
    /// The staged binary as the last check has hashed it.
    let staged = Mutex<HashedFile?>(nil)
    /// The node that was last waited for, as it looked then.
    let seen = Mutex<ClusterNode?>(nil)
    /// The nodes by name, as the last look at the whole cluster found them.
    let looked = Mutex<[String: ClusterNode]>([:])

    package init(root: SystemRoot = .real, stores: AgentStores, runner: CommandRunner) {
        self.root = root
        self.stores = stores
        self.runner = runner
    }

    package func perform(_ effect: Effect) async -> EffectResult {
        do {
            return .done(try await attempt(effect))
        } catch {
            // What a failed step was measuring, nobody waits for.
            _ = await outage.stop()
            return .failed(Failure(error))
        }
    }

    private func attempt(_ effect: Effect) async throws(NodeError) -> StepFacts {
        let scene = try Scene(effect, self)
        switch effect.work {
        case .undo: return try await undo(scene)
        case .phase(let phase):
            switch phase {
            case .fetch: return try await fetch(scene)
            case .saveKit: return try await saveKit(scene)
            case .takeSnapshot: return try await takeSnapshot(scene)
            case .verifySnapshot: return try await verifySnapshot(scene)
            case .cordon: return try await cordon(scene)
            case .evict: return try await evict(scene)
            case .check: return try await check(scene)
            case .place: return try await place(scene)
            case .installer: return try await runInstaller(scene)
            case .restoreUnit: return try await restoreUnit(scene)
            case .coldCopy: return try await coldCopy(scene)
            case .restart: return try await restart(scene)
            case .await: return try await awaitService(scene)
            case .awaitNode: return try await awaitNode(scene)
            case .uncordon: return try await uncordon(scene)
            }
        }
    }

    /// SHA-256 of the binary that a step puts in place.
    func wantedSHA256(of step: StepID, in plan: Plan) async throws(NodeError) -> String? {
        switch step.kind {
        case .install: try plan.release.sha256(for: .current())
        case .rollback: try rollbackKit()?.binary?.sha256
        case .stage, .snapshot, .drain, .uncordon: nil
        }
    }

    func installation() throws(NodeError) -> NodeInstallation {
        try NodeInstallation.discover(in: root)
    }

    /// The newest kit: what a rollback brings back.
    func rollbackKit() throws(NodeError) -> RollbackKit? { try stores.kits.all().first.map(RollbackKit.init) }
}

/// What every phase needs: the effect, the installation, and a runner that keeps the installation's secrets to itself.
struct Scene {
    let effect: Effect
    let runner: CommandRunner
    let systemd: Systemd
    private let scrubber: Scrubber
    /// Nil while the official installer has deleted the unit.
    private let found: NodeInstallation?
    private let missing: NodeError?

    init(_ effect: Effect, _ steps: NodeSteps) throws(NodeError) {
        self.effect = effect
        let found: NodeInstallation?
        do {
            found = try steps.installation()
            missing = nil
        } catch {
            found = nil
            missing = error
        }
        self.found = found
        let secrets = found?.configuration.secrets ?? []
        scrubber = Scrubber(secrets)
        runner = steps.runner.scrubbing(secrets)
        systemd = Systemd(runner)
    }

    func installation() throws(NodeError) -> NodeInstallation {
        guard let found else { throw missing ?? NodeError(.unitMissing, "there is no K3s unit on this node") }
        return found
    }

    /// A text that something printed, without this node's secrets.
    func clean(_ text: String) -> String { scrubber.clean(text) }

    var plan: Plan { effect.plan }
    var step: StepID { effect.step }
    var node: NodeName { effect.step.node }
}

extension Failure {
    /// A failure on the node, as it travels.
    init(_ error: NodeError) {
        let cause = error.cause.map { ": \($0)" } ?? ""
        self.init(
            code: error.code.rawValue, message: (error.message + cause).cleaned(limit: 1_000),
            wayOut: (error.wayOut ?? "look at `journalctl -u k3s-upgrade-agent` on the node").cleaned(limit: 500))
    }
}
