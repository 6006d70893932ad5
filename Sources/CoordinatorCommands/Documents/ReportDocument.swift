internal import Wire

/// `coordinator upgrade -o json`, `rollback -o json`, `report -o json`.
package struct ReportDocument: Hashable, Sendable, Encodable {
    package struct Node: Hashable, Sendable, Encodable {
        package let name: String
        package let role: String
        package let goal: String
        package let version: String?
        package let ready: Bool?
        package let schedulable: Bool?
        package let readiness: ReadinessDocument?
        package let answers: Bool
    }

    package struct Step: Hashable, Sendable, Encodable {
        package struct Phase: Hashable, Sendable, Encodable {
            package let phase: String
            package let milliseconds: Int
        }

        package let step: String
        package let kind: String
        package let node: String
        package let state: String
        package let milliseconds: Int?
        package let phases: [Phase]
        package let failure: FailureDocument?
        /// What went otherwise than expected without failing the step.
        package let notes: [String]
    }

    package struct Outage: Hashable, Sendable, Encodable {
        package let milliseconds: Int
        package let limitMilliseconds: Int
        package let withinLimit: Bool
    }

    package struct Snapshot: Hashable, Sendable, Encodable {
        package let name: String
        package let path: String
        package let datastore: String
        package let bytes: Int
        package let sha256: String
        /// Seconds since 1970 on the node's clock.
        package let takenAt: Int
        package let version: String?
    }

    package let format: Int
    package let run: String
    package let purpose: String
    package let target: String
    /// `done`, `failed`, `interrupted`.
    package let ending: String
    package let summary: String
    package let milliseconds: Int
    package let nodes: [Node]
    package let steps: [Step]
    package let outage: Outage?
    package let snapshot: Snapshot?
    package let failure: FailureDocument?
    package let findings: [FindingDocument]

    package init(_ report: ReportView) {
        format = JSONText.format
        run = report.view.run.text
        purpose = report.view.purpose.rawValue
        target = report.view.target.description
        ending = report.ending.rawValue
        summary = RunSummaryLine.text(report)
        milliseconds = report.view.elapsed
        nodes = report.view.nodes.map(Node.init)
        steps = report.view.steps.map(Step.init)
        outage = report.view.outage.map(Outage.init)
        snapshot = report.snapshot.map(Snapshot.init)
        failure = report.failure.map(FailureDocument.init)
        findings = report.findings.map(FindingDocument.init)
    }
}

extension ReportDocument.Node {
    fileprivate init(_ node: NodeView) {
        self.init(
            name: node.name.text, role: node.role.rawValue, goal: node.goal.description,
            version: node.version?.description, ready: node.ready, schedulable: node.schedulable,
            readiness: node.readiness.map(ReadinessDocument.init), answers: node.answers)
    }
}

extension ReportDocument.Step {
    fileprivate init(_ step: StepView) {
        self.init(
            step: step.step.description, kind: step.step.kind.rawValue, node: step.step.node.text,
            state: step.state.rawValue, milliseconds: step.elapsed,
            phases: step.phases.map { Phase(phase: $0.phase.rawValue, milliseconds: $0.milliseconds) },
            failure: step.failure.map(FailureDocument.init),
            notes: step.notes.prefix(20).map { $0.cleaned(limit: 500) })
    }
}

extension ReportDocument.Outage {
    fileprivate init(_ outage: OutageView) {
        let limit = outage.limit * 1000
        self.init(
            milliseconds: outage.milliseconds, limitMilliseconds: limit, withinLimit: outage.milliseconds <= limit)
    }
}

extension ReportDocument.Snapshot {
    fileprivate init(_ snapshot: SnapshotReport) {
        self.init(
            name: snapshot.name.cleaned(limit: 300), path: snapshot.path.cleaned(limit: 1000),
            datastore: snapshot.datastore.rawValue, bytes: snapshot.bytes,
            sha256: snapshot.sha256.cleaned(limit: 64), takenAt: snapshot.takenAt,
            version: snapshot.version?.description)
    }
}
