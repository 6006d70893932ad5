internal import CoordinatorCore
internal import Hashing
package import Wire

/// From an operator's wish to a rollout's set-up: a new plan, or the one of a run that is open.
package struct RunPreparation: Sendable {
    private let inventory: Inventory
    private let release: ReleaseClient
    private let links: SurveyLinks

    package init(inventory: Inventory, release: ReleaseClient, links: SurveyLinks) {
        self.inventory = inventory
        self.release = release
        self.links = links
    }

    package struct Prepared: Sendable {
        package let plan: Plan
        package let text: String
        package let digest: String
        /// The plan is that of a run which was begun before.
        package let resumes: Bool
        /// Who leads that run, or the open one that a new plan leaves behind; nil where nobody does.
        package var holder: Holder?
        /// Another run is open, and is left behind for this one.
        package var supersedes = false
        /// The highest counter of an epoch that any agent had promised when the plan was made; nil for one that was kept.
        package var madeAt: UInt64?
        /// The nodes that have staged the release in this run already.
        package var staged: Set<NodeName> = []
        package let findings: [Finding]
    }

    /// The open run's plan if it goes to `target`, or else a new one.
    ///
    /// Throws `check-refused` with the findings told by `refusals`, and whatever asking throws.
    package func upgrade(
        to target: K3sVersion, policy: Policy, supersede: Bool, survey: ClusterSurvey, run: RunID
    ) async throws(CoordinatorError) -> Outcome {
        if let open = survey.openRun, !supersede {
            var stored = try await storedPlan(at: open.at, open.run, holder: open.holder)
            guard stored.plan.purpose == .upgrade, stored.plan.target == target else {
                throw Self.anotherRunOpen(stored.plan)
            }
            if let refused = refusal(of: stored.plan, survey) { return refused }
            // That a worker alone knows of a run is the word of one node that nobody has checked anything for.
            if inventory.node(open.at)?.role == .worker {
                let findings = try await preflight(target, stored.plan.policy.method).get()
                guard !findings.contains(where: { $0.severity == .refusal }) else { return .refused(findings) }
            }
            stored.staged = survey.staged(in: stored.plan.run)
            return .ready(stored)
        }
        return try await newUpgrade(to: target, policy: policy, survey: survey, run: run)
    }

    /// The run that is open, whatever it is; nil where none is and nothing is held. An agent that does not answer might
    /// know of one.
    package func openRun(
        _ survey: ClusterSurvey, assumeDown: [NodeName]
    ) async throws(CoordinatorError) -> Prepared? {
        guard let open = survey.openRun else {
            if let problem = survey.unasked(but: assumeDown).first { throw problem.error }
            guard let left = survey.notReleased(but: assumeDown) else { return nil }
            throw CoordinatorError(.stillHeld, .failed, left.message, wayOut: left.wayOut)
        }
        return try await storedPlan(at: open.at, open.run, holder: open.holder)
    }

    private static func anotherRunOpen(_ plan: Plan) -> CoordinatorError {
        CoordinatorError(
            .anotherRunOpen, .refused, "run \(plan.run) (\(plan.purpose.rawValue) to \(plan.target)) is not over",
            wayOut: plan.purpose == .upgrade
                ? "finish it with `coordinator upgrade --to \(plan.target)`, or leave it behind with --supersede"
                : "finish it with the same `coordinator rollback`, or leave it behind with --supersede")
    }

    package enum Outcome: Sendable {
        case ready(Prepared)
        /// Something forbids it; nothing was changed.
        case refused([Finding])
        /// Every node is there already.
        case nothingToDo
    }

    private func newUpgrade(
        to target: K3sVersion, policy: Policy, survey: ClusterSurvey, run: RunID
    ) async throws(CoordinatorError) -> Outcome {
        let cluster = try requireCluster(survey)
        let reports = survey.members.map(\.report)
        // The rules come first: what they forbid needs no site to be asked.
        let rough = planner(reports, cluster, release: nil, policy)
        var findings = rough.findings(for: target) + identity(survey) + committed(survey)
        guard !findings.contains(where: { $0.severity == .refusal }) else { return .refused(findings) }
        // What is open is closed by a run, be there nothing else to do; and what an agent is in the middle of counts.
        let isQuiet = survey.openRun == nil && survey.members.allSatisfy { $0.leases.running == nil }
        if isQuiet, rough.upgrade(to: target, run: run).steps.isEmpty { return .nothingToDo }
        async let looks = preflight(target, policy.method)
        let planned = try await plannedRelease(target, reports, policy)
        findings += try await looks.get()
        guard !findings.contains(where: { $0.severity == .refusal }) else { return .refused(findings) }
        let plan = planner(reports, cluster, release: planned, policy).upgrade(to: target, run: run)
        return .ready(try Self.prepared(plan, by: survey, findings))
    }

    /// A worker back to what its kit holds.
    ///
    /// An upgrade that is open is left behind: whoever takes a node of it back has decided against finishing it first.
    package func rollback(
        of worker: NodeName, policy: Policy, supersede: Bool, survey: ClusterSurvey, run: RunID
    ) async throws(CoordinatorError) -> Outcome {
        if let open = survey.openRun, !supersede {
            let stored = try await storedPlan(at: open.at, open.run, holder: open.holder)
            if stored.plan.purpose == .rollback {
                guard stored.plan.steps.contains(where: { $0.node == worker }) else {
                    throw Self.anotherRunOpen(stored.plan)
                }
                if let refused = refusal(of: stored.plan, survey) { return refused }
                return .ready(stored)
            }
        }
        let cluster = try requireCluster(survey)
        guard let member = survey.members.first(where: { $0.node.name == worker }) else {
            throw CoordinatorError.notConnected(worker)
        }
        let against = identity(survey) + committed(survey)
        guard !against.contains(where: { $0.severity == .refusal }) else { return .refused(against) }
        guard member.node.role == .worker, member.report.role == .worker else {
            return .refused([
                Finding(
                    .refusal, code: "server-rollback", about: worker.text,
                    problem: "is a server: going back over a minor needs its snapshot restored",
                    wayOut: "follow docs/runbooks/k3s-upgrade.md, \"Rolling back\"")
            ])
        }
        guard member.report.readiness.verdict == .reinstall, let version = member.report.readiness.version else {
            return .refused([
                Finding(
                    .refusal, code: "not-ready-to-roll-back", about: worker.text,
                    problem: member.report.readiness.reason.cleaned(limit: 300),
                    wayOut: "reinstall the former version by hand: docs/runbooks/k3s-upgrade.md, \"Rolling back\"")
            ])
        }
        let none = PlannedRelease(binaries: [], installerSHA256: nil)
        let plan = planner(survey.members.map(\.report), cluster, release: none, policy)
            .rollback(of: worker, to: version, run: run)
        var prepared = try Self.prepared(plan, by: survey, [])
        prepared.supersedes = survey.openRun != nil
        return .ready(prepared)
    }

    private func requireCluster(_ survey: ClusterSurvey) throws(CoordinatorError) -> ClusterObservation {
        if let first = survey.problems.first { throw first.error }
        guard let cluster = survey.cluster else {
            throw CoordinatorError(
                .clusterUnseen, .unreachable, "the cluster's API does not answer: \(survey.clusterProblem ?? "")",
                wayOut: "look at `systemctl status k3s` on a server")
        }
        return cluster
    }

    /// Whether the machine behind each address is the node that the inventory means.
    private func identity(_ survey: ClusterSurvey) -> [Finding] {
        survey.members.flatMap { inventory.findings(at: $0.node, report: $0.report) }
    }

    /// Nodes whose version is about to change: none that a new plan could be made on.
    private func committed(_ survey: ClusterSurvey) -> [Finding] {
        survey.members.compactMap { member in
            guard let running = member.leases.running, running.passedPointOfNoReturn else { return nil }
            return Finding(
                .refusal, code: "step-running", about: member.node.name.text,
                problem: "is in the middle of \(running.step), which it finishes by itself",
                wayOut: "wait until `coordinator status` shows that it has ended, then run the same command again")
        }
    }

    private func preflight(
        _ target: K3sVersion, _ method: InstallMethod
    ) async -> Result<[Finding], CoordinatorError> {
        let workers = inventory.inOrder.filter { $0.role == .worker }.map(\.name)
        do throws(CoordinatorError) {
            return .success(try await links.preflight(Preflight(target: target, method: method, drains: workers)))
        } catch {
            return .failure(error)
        }
    }

    private func planner(
        _ reports: [NodeReport], _ cluster: ClusterObservation, release: PlannedRelease?,
        _ policy: Policy
    ) -> Planner {
        let anything = PlannedRelease(
            binaries: Architecture.allCases.map { .init(architecture: $0, sha256: "") }, installerSHA256: nil)
        return Planner(
            members: planned, reports: reports, cluster: cluster, release: release ?? anything, policy: policy)
    }

    private func plannedRelease(
        _ target: K3sVersion, _ reports: [NodeReport], _ policy: Policy
    ) async throws(CoordinatorError) -> PlannedRelease {
        let binaries = try await release.binaries(of: target, for: reports.map(\.architecture))
        let installer = policy.method == .installScript ? try await release.installerSHA256() : nil
        return PlannedRelease(binaries: binaries, installerSHA256: installer)
    }

    private var planned: [Planner.Member] {
        inventory.inOrder.map { Planner.Member(name: $0.name, role: $0.role) }
    }

    /// Where a plan that was kept is none to go on with.
    private func refusal(of plan: Plan, _ survey: ClusterSurvey) -> Outcome? {
        let findings = KeptPlan(plan, members: planned, reports: survey.members.map(\.report)).findings
        return findings.isEmpty ? nil : .refused(findings)
    }

    private func storedPlan(
        at node: NodeName, _ run: RunSummary, holder: Holder?
    ) async throws(CoordinatorError) -> Prepared {
        let text = try await links.plan(at: node)
        let digest = SHA256.hex(of: Array(text.utf8))
        guard digest == run.planDigest else {
            throw CoordinatorError(
                .planUnreadable, .failed, "the plan that \(node) gives is not the one it says it keeps",
                wayOut:
                    "run the same command again; if it stays so, look at the node, and leave the run with --supersede")
        }
        do {
            let plan = try FrameCodec.decodeStrictly(Plan.self, from: Array(text.utf8))
            return Prepared(plan: plan, text: text, digest: digest, resumes: true, holder: holder, findings: [])
        } catch {
            throw CoordinatorError(
                .planUnreadable, .failed, "the plan that \(node) keeps cannot be read: \(error.reason)",
                wayOut: "use the coordinator's version that began the run, or leave it behind with --supersede")
        }
    }

    /// A new plan, and what the survey that it was made by says of the lock.
    private static func prepared(
        _ plan: Plan, by survey: ClusterSurvey, _ findings: [Finding]
    ) throws(CoordinatorError) -> Prepared {
        do {
            let text = String(decoding: try FrameCodec.text(of: plan), as: UTF8.self)
            // It has to get to the agents as well.
            let order = StorePlan(epoch: Epoch(counter: .max, process: .max), text: text, supersede: false)
            _ = try FrameCodec.encode(Asked(id: .max, ask: .storePlan(order)))
            return Prepared(
                plan: plan, text: text, digest: SHA256.hex(of: Array(text.utf8)), resumes: false,
                holder: survey.openRun?.holder, madeAt: survey.highestCounter, findings: findings)
        } catch {
            throw CoordinatorError(
                .planUnreadable, .failed, "the plan cannot be sent: \(error.reason)",
                wayOut: "report this as a bug, with the number of the cluster's nodes and workloads")
        }
    }
}

extension CoordinatorError.Code {
    package static let anotherRunOpen = Self(rawValue: "another-run-open")
    package static let clusterUnseen = Self(rawValue: "cluster-unseen")
    package static let stillHeld = Self(rawValue: "still-held")
    package static let planUnreadable = Self(rawValue: "plan-unreadable")
}
