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
        let findings = try NodePreflight(
            installation: installation, current: current, target: order.target, stateFolder: steps.stores.folder,
            takesSnapshot: installation.role == .server
        ).findings().map { $0.on(installation.nodeName) }
        guard installation.role == .server else { return findings }
        let kubectl = steps.kubectl(installation, runner)
        return findings + (try await drainFindings(order.drains.map(\.text), by: kubectl))
    }

    private func drainFindings(_ nodes: [String], by kubectl: Kubectl) async throws(NodeError) -> [Finding] {
        guard !nodes.isEmpty else { return [] }
        // The rehearsal says in kubectl's words what the look at pods and budgets may have missed: of all nodes in one
        // go, and node by node only if that is refused.
        async let rehearsed = rehearsal(of: nodes, by: kubectl)
        let look = try await kubectl.observeEvictions()
        var findings: [Finding] = []
        var passed: [String] = []
        for node in nodes {
            let found = DrainCheck.findings(node: node, pods: look.pods, budgets: look.budgets)
            if !found.contains(where: { $0.severity == .refusal }) { passed.append(node) }
            findings += found.map { $0.on(node) }
        }
        guard !passed.isEmpty else { return findings }
        let refusal = passed == nodes ? try await rehearsed.get() : try await kubectl.rehearseDrain(of: passed)
        guard refusal != nil else { return findings }
        for node in passed {
            guard let reasons = try await kubectl.rehearseDrain(of: [node]) else { continue }
            let refused = Finding(
                .refusal, code: "drain-refused", about: node, problem: "a drain would be refused: \(reasons)",
                wayOut: "mend what is named; `k3s kubectl drain --dry-run=server \(node)` shows it again")
            findings.append(refused.on(node))
        }
        return findings
    }

    private func rehearsal(of nodes: [String], by kubectl: Kubectl) async -> Result<String?, NodeError> {
        do throws(NodeError) {
            return .success(try await kubectl.rehearseDrain(of: nodes))
        } catch {
            return .failure(error)
        }
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
