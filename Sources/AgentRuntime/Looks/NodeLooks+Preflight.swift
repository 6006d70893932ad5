internal import SystemPackage
internal import Wire

extension NodeLooks {
    func preflight(_ order: Preflight) async -> Answer {
        do throws(NodeError) {
            return .findings(try await findings(order))
        } catch {
            return .refused(Refusal(.failed, "\(error)".cleaned(limit: 500)))
        }
    }

    private func findings(_ order: Preflight) async throws(NodeError) -> [Finding] {
        let installation = try steps.installation()
        let runner = steps.runner.scrubbing(installation.configuration.secrets)
        guard let current = try await installation.versionOnDisk(runner) else {
            throw NodeError(.fileMissing, "there is no k3s at \(installation.binary)")
        }
        var findings = try NodePreflight(
            installation: installation, current: current, target: order.target, stateFolder: steps.stores.folder,
            takesSnapshot: installation.role == .server
        ).findings().map { $0.on(installation.nodeName) }
        guard installation.role == .server else { return findings }
        let kubectl = steps.kubectl(installation, runner)
        let pods = try await kubectl.pods()
        let budgets = try await kubectl.budgets()
        for node in order.drains {
            var found = DrainCheck.findings(node: node.text, pods: pods, budgets: budgets)
            // The rehearsal says in kubectl's words what the look at pods and budgets may have missed.
            if !found.contains(where: { $0.severity == .refusal }),
                let reasons = try await kubectl.rehearseDrain(node.text)
            {
                found.append(
                    Finding(
                        .refusal, code: "drain-refused", about: node.text,
                        problem: "a drain would be refused: \(reasons)",
                        wayOut: "mend what is named; `k3s kubectl drain --dry-run=server \(node)` shows it again"))
            }
            findings += found.map { $0.on(node.text) }
        }
        return findings
    }
}

extension Finding {
    /// The finding with its node named, bounded and cleaned for its way to the operator.
    fileprivate func on(_ node: String) -> Finding {
        Finding(
            severity, code: code, about: (about == node ? node : "\(node): \(about)").cleaned(limit: 200),
            problem: problem.cleaned(limit: 600), wayOut: wayOut.cleaned(limit: 400))
    }
}
