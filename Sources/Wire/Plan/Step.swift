/// One thing one agent does.
package struct Step: Hashable, Sendable, Codable {
    package let kind: StepKind
    /// The node the step is about.
    package let node: NodeName

    package init(_ kind: StepKind, _ node: NodeName) {
        self.kind = kind
        self.node = node
    }

    package var id: StepID { StepID(kind: kind, node: node) }
}

/// What a step does. Names are appended, never reused.
package enum StepKind: String, Sendable, Codable, CaseIterable {
    /// Release, checksum list and installer onto the node's disk, verified; and the rollback kit saved.
    case stage
    /// A verified snapshot of the datastore.
    case snapshot
    /// Cordon and drain a worker, and hold it drained.
    case drain
    /// The new binary in place, the unit as it was, the service restarted on it.
    case install
    /// Wait until the node is Ready on its version, then take our cordon off.
    case uncordon
    /// The binary, unit and environment of the kit back in place, the service restarted on it.
    case rollback

    /// Where the step's work is done.
    package enum Place: Sendable {
        /// By the agent of the step's own node.
        case node
        /// By any server's agent, which has the cluster's administrator's credentials.
        case server
    }

    package var place: Place {
        switch self {
        case .stage, .snapshot, .install, .rollback: .node
        case .drain, .uncordon: .server
        }
    }

    /// Whether a step that was done may be done again in the same run: a snapshot goes stale, a hold runs out. What
    /// restarts a service never may.
    package var mayBeRepeated: Bool {
        switch self {
        case .stage, .snapshot, .drain: true
        case .install, .rollback, .uncordon: false
        }
    }

    /// Whether the step takes something away from the cluster while it runs.
    package var isDisruptive: Bool {
        switch self {
        case .stage, .snapshot, .uncordon: false
        case .drain, .install, .rollback: true
        }
    }
}

/// A step's name within its run: `install/k3s-worker-01`.
package struct StepID: Hashable, Sendable {
    package let kind: StepKind
    package let node: NodeName

    package init(kind: StepKind, node: NodeName) {
        self.kind = kind
        self.node = node
    }

    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let kind = StepKind(rawValue: String(halves[0])),
            let node = NodeName(String(halves[1]))
        else { return nil }
        self.init(kind: kind, node: node)
    }
}

extension StepID: CustomStringConvertible {
    package var description: String { "\(kind.rawValue)/\(node)" }
}

extension StepID: Comparable {
    package static func < (left: StepID, right: StepID) -> Bool { left.description < right.description }
}

extension StepID: CodedAsText {}
