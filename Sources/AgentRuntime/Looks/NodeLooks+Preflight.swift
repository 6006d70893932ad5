internal import SystemPackage
internal import Wire

extension NodeLooks {
    /// Bytes that the kit and the staged binary take together, at most: today's binaries are some 70 MB.
    private static let roomForRelease: Int64 = 300 << 20

    func preflight(_ order: Preflight) async -> Answer {
        do throws(NodeError) {
            return .findings(try await findings(order))
        } catch {
            return .refused(Refusal(.failed, "\(error)".cleaned(limit: 500)))
        }
    }

    private func findings(_ order: Preflight) async throws(NodeError) -> [Wire.Finding] {
        let installation = try steps.installation()
        let runner = steps.runner.scrubbing(installation.configuration.secrets)
        var findings: [Finding] = []
        findings += try CgroupCheck.findings(
            target: order.target, isUnified: CgroupCheck.isUnified(in: steps.root),
            configuration: installation.configuration)
        findings += try RemovedFlagCheck.findings(target: order.target, configuration: installation.configuration)
        findings += try disk(installation)
        if installation.role == .server {
            let kubectl = steps.kubectl(installation, runner)
            let pods = try await kubectl.pods()
            let budgets = try await kubectl.budgets()
            for node in order.drains {
                let found = DrainCheck.findings(node: node.text, pods: pods, budgets: budgets)
                findings += found
                guard !found.contains(where: { $0.severity == .blocker }) else { continue }
                if let reasons = try await kubectl.rehearseDrain(node.text) {
                    findings.append(
                        Finding(
                            code: .drainRefused, severity: .blocker, thing: node.text,
                            cause: "a drain would be refused: \(reasons.cleaned(limit: 400))",
                            wayOut: "mend what is named; `k3s kubectl drain --dry-run=server \(node)` shows it again"))
                }
            }
        }
        return findings.map { Wire.Finding($0, on: installation.nodeName) }
    }

    private func disk(_ installation: NodeInstallation) throws(NodeError) -> [Finding] {
        let binary = steps.root.path(installation.binary).removingLastComponent()
        let state = FilePath("/var/lib")
        let size =
            try FileFacts(at: steps.root.path(installation.binary), following: true)?.size ?? Self.roomForRelease / 2
        let database = steps.root.path(installation.dataFolder.appending("server/db/state.db"))
        let data = installation.datastore == .sqlite ? try ColdCopy.size(of: database) * 2 : 0
        let needs = [
            ("the new binary", size * 2, binary), ("the rollback kit", size, steps.root.path(state)),
            ("snapshots", data, steps.root.path(state)),
        ]
        var byDevice: [UInt64: Int64] = [:]
        var wanted: [DiskCheck.Need] = []
        for (purpose, bytes, path) in needs {
            guard let facts = try FileFacts(at: path, following: true) else { continue }
            byDevice[facts.device] = try FreeSpace(at: path).bytes
            wanted.append(DiskCheck.Need(purpose: purpose, bytes: bytes, device: facts.device, path: path.string))
        }
        return DiskCheck.findings(wanted, free: byDevice, reserve: RollbackKit.reserve)
    }
}

extension Wire.Finding {
    init(_ finding: Finding, on node: String) {
        self.init(
            finding.severity == .blocker ? .refusal : .warning, code: finding.code.rawValue,
            about: "\(node): \(finding.thing)".cleaned(limit: 200), problem: finding.cause.cleaned(limit: 600),
            wayOut: finding.wayOut.cleaned(limit: 400))
    }
}

extension Finding.Code {
    package static let drainRefused = Self(rawValue: "drain-refused")
}
