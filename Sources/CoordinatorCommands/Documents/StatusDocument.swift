internal import Wire

/// `coordinator status -o json`.
package struct StatusDocument: Hashable, Sendable, Encodable {
    package struct Node: Hashable, Sendable, Encodable {
        package let name: String
        package let role: String
        package let address: String
        package let agent: String?
        package let versionOnDisk: String?
        package let versionRunning: String?
        package let ready: Bool?
        package let schedulable: Bool?
        package let cordonedBy: String?
        package let datastore: String?
        package let readiness: ReadinessDocument?
        package let problem: FailureDocument?
    }

    package struct Available: Hashable, Sendable, Encodable {
        package let newestPatch: String?
        package let nextMinor: String?
        package let stable: String?
        package let problem: FailureDocument?
    }

    package struct LastRun: Hashable, Sendable, Encodable {
        package struct Holder: Hashable, Sendable, Encodable {
            package let who: String
            package let machine: String
            package let process: Int
            /// Seconds since 1970 on the holder's clock.
            package let since: Int
            package let silentMilliseconds: Int?
        }

        package struct Running: Hashable, Sendable, Encodable {
            package let step: String
            package let executor: String
            package let phase: String
            package let passedPointOfNoReturn: Bool
            package let undoing: Bool
        }

        package struct Outcome: Hashable, Sendable, Encodable {
            package let step: String
            package let result: String
            package let failure: FailureDocument?
        }

        package struct Held: Hashable, Sendable, Encodable {
            package let node: String
            package let by: String
        }

        package let run: String
        package let purpose: String
        package let target: String
        package let open: Bool
        package let holder: Holder?
        package let running: [Running]
        package let outcomes: [Outcome]
        package let held: [Held]
    }

    package let format: Int
    package let coordinator: String
    package let server: String?
    package let nodes: [Node]
    package let available: Available?
    package let lastRun: LastRun?
    package let findings: [FindingDocument]

    package init(_ status: StatusView) {
        format = JSONText.format
        coordinator = status.client
        server = status.server?.description
        nodes = status.nodes.map(Node.init)
        available = status.available.map(Available.init)
        lastRun = status.lastRun.map(LastRun.init)
        findings = status.findings.map(FindingDocument.init)
    }
}

extension StatusDocument.Node {
    fileprivate init(_ node: StatusNode) {
        self.init(
            name: node.name.text, role: node.role.rawValue, address: node.address.cleaned(limit: 255),
            agent: node.agent?.cleaned(limit: 100), versionOnDisk: node.versionOnDisk?.description,
            versionRunning: node.versionRunning?.description, ready: node.ready, schedulable: node.schedulable,
            cordonedBy: node.cordonedBy?.text, datastore: node.datastore?.rawValue,
            readiness: node.readiness.map(ReadinessDocument.init), problem: node.problem.map(FailureDocument.init))
    }
}

extension StatusDocument.Available {
    fileprivate init(_ available: AvailableView) {
        self.init(
            newestPatch: available.newestPatch?.description, nextMinor: available.nextMinor?.description,
            stable: available.stable?.description, problem: available.problem.map(FailureDocument.init))
    }
}

extension StatusDocument.LastRun {
    fileprivate init(_ last: LastRunView) {
        let holder = last.holder.map { holder in
            Holder(
                who: holder.who.cleaned(limit: 100), machine: holder.machine.cleaned(limit: 255),
                process: holder.process, since: holder.since, silentMilliseconds: last.holderSilent)
        }
        self.init(
            run: last.run.text, purpose: last.purpose.rawValue, target: last.target.description, open: last.isOpen,
            holder: holder,
            running: last.running.map {
                Running(
                    step: "\($0.step.step)", executor: $0.executor.text, phase: $0.step.phase.rawValue,
                    passedPointOfNoReturn: $0.step.passedPointOfNoReturn, undoing: $0.step.undoing)
            },
            outcomes: last.outcomes.map {
                Outcome(
                    step: "\($0.step)", result: $0.result.rawValue, failure: $0.failure.map(FailureDocument.init))
            }, held: last.held.map { Held(node: $0.node.text, by: $0.by.text) })
    }
}
