package import Wire

/// A run that is over, for its report.
package struct ReportView: Hashable, Sendable {
    package enum Ending: String, Hashable, Sendable, CaseIterable {
        case done, failed, interrupted, released
    }

    package var ending: Ending
    package var view: RunView
    /// The verified snapshot of the run.
    package var snapshot: SnapshotReport?
    /// What ended it; nil where it is done.
    package var failure: Failure?
    package var findings: [Finding]

    package init(
        ending: Ending, view: RunView, snapshot: SnapshotReport? = nil, failure: Failure? = nil,
        findings: [Finding] = []
    ) {
        self.ending = ending
        self.view = view
        self.snapshot = snapshot
        self.failure = failure
        self.findings = findings
    }

    /// Nodes that are Ready, on the version the run brings them to, and schedulable if they were before.
    package var finished: [NodeView] {
        view.nodes.filter { $0.version == $0.goal && $0.ready == true && ($0.schedulable == true || $0.wasCordoned) }
    }
}
