internal import AgentCore
internal import Processes
internal import SystemPackage
internal import Wire

/// What the agent sees of its node and of the cluster, for whoever asks. Changes nothing.
package final class NodeLooks: Sendable {
    let steps: NodeSteps

    package init(_ steps: NodeSteps) { self.steps = steps }

    func inspect() async -> Answer {
        do throws(NodeError) {
            return .node(try await report())
        } catch {
            return .refused(Refusal(.failed, "\(error)".cleaned(limit: 500)))
        }
    }

    private func report() async throws(NodeError) -> NodeReport {
        let installation = try steps.installation()
        let runner = steps.runner.scrubbing(installation.configuration.secrets)
        guard let name = NodeName(installation.nodeName) else {
            throw NodeError(.nodeUnknown, "\(installation.nodeName) is no name of a node")
        }
        let onDisk = try await installation.versionOnDisk(runner)
        let status = try await Systemd(runner).status(installation.unit.name)
        let snapshots = try steps.stores.snapshots.all()
        return NodeReport(
            name: name, role: installation.role, architecture: try .current(), versionOnDisk: onDisk,
            versionRunning: try await running(status, installation, onDisk, runner), unit: installation.unit.name,
            datastore: installation.datastore,
            freeBytes: Int(try FreeSpace(at: steps.root.path(installation.binary).removingLastComponent()).bytes),
            readiness: try await ReadinessVerdict(
                kit: steps.rollbackKit(), snapshots: snapshots, role: installation.role,
                datastore: installation.datastore, version: onDisk
            ).judge(),
            snapshots: snapshots.compactMap { SnapshotReport($0, run: nil) })
    }

    /// The version of the binary that the running process was started from.
    private func running(
        _ status: UnitStatus, _ installation: NodeInstallation, _ onDisk: K3sVersion?, _ runner: CommandRunner
    ) async throws(NodeError) -> K3sVersion? {
        guard status.activeState == .active, let process = status.mainProcess else { return nil }
        if RunningBinary.isInstalled(process: process, binary: steps.root.path(installation.binary)) {
            return onDisk
        }
        // The file was replaced under it: the process still has the old one open.
        let command = Command(.at(FilePath("/proc/\(process)/exe")), ["--version"], deadline: .seconds(10))
        return try? await NodeInstallation.version(printed: runner.require(command).outputText)
    }

    /// Nil where the API does not answer.
    func held(_ node: NodeName) async -> HeldLook? {
        do throws(NodeError) {
            let installation = try steps.installation()
            let kubectl = steps.kubectl(installation, steps.runner.scrubbing(installation.configuration.secrets))
            guard let seen = try await kubectl.nodeWithLease(node.text) else {
                // Deleted from the cluster, and its cordon with it.
                return HeldLook(mark: nil, ready: false, version: nil, heartbeat: nil)
            }
            return HeldLook(
                mark: CordonMark(of: seen.node), ready: seen.node.isReady, version: seen.node.version,
                heartbeat: seen.lease?.renewed)
        } catch {
            return nil
        }
    }
}
