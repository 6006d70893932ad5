internal import FoundationEssentials
internal import Processes

/// How a guarded change of a node ended.
package enum GuardedChange: Sendable, Equatable {
    case done(ClusterNode)
    /// Somebody changed the node since it was read; what it looks like now.
    case conflict(ClusterNode)
    /// The node was as wanted already.
    case already(ClusterNode)
    /// The node is cordoned without our mark: that cordon is the operator's, and nothing was done.
    case notOurs(ClusterNode)
}

extension Kubectl {
    /// The annotation that says a cordon is ours, and by which run and epoch.
    package static let cordonAnnotation = "k3s-upgrade/cordon"

    /// Makes a node that is schedulable, or cordoned by us before, unschedulable and marks the cordon as ours, in one write that holds only for the node as it was
    /// read.
    ///
    /// - Parameter mark: run and epoch, as text.
    package func cordon(_ node: ClusterNode, mark: String) async throws(NodeError) -> GuardedChange {
        try await change(node, unschedulable: true, mark: mark)
    }

    /// Takes back a cordon of ours and its mark, in one write that holds only for the node as it was read.
    package func uncordon(_ node: ClusterNode) async throws(NodeError) -> GuardedChange {
        try await change(node, unschedulable: false, mark: nil)
    }

    /// The mark of our cordon on a node; nil if there is none.
    package static func mark(of node: ClusterNode) -> String? { node.metadata.annotations?[cordonAnnotation] }

    private func change(
        _ node: ClusterNode, unschedulable: Bool, mark: String?
    ) async throws(NodeError) -> GuardedChange {
        let isAsWanted = { (node: ClusterNode) in
            node.isUnschedulable == unschedulable && Self.mark(of: node) == mark
        }
        if isAsWanted(node) { return .already(node) }
        guard !node.isUnschedulable || Self.mark(of: node) != nil else { return .notOurs(node) }
        let command = try patch(node, unschedulable: unschedulable, mark: mark)
        let result = try await runner.run(command)
        if result.succeeded, let now = try? JSONDecoder().decode(ClusterNode.self, from: Data(result.output)),
            isAsWanted(now)
        {
            return .done(now)
        }
        // What the API server then shows is the truth, whichever way kubectl ended: a reply may be lost after the
        // write, and a conflict has no exit status of its own.
        guard let now = try await self.node(node.name) else {
            throw NodeError(.nodeUnknown, "the cluster has no node \(node.name) any more")
        }
        if isAsWanted(now) { return .done(now) }
        if now.metadata.resourceVersion != node.metadata.resourceVersion { return .conflict(now) }
        throw .failed(command, result, wayOut: "look by hand: k3s kubectl get node \(node.name) -o yaml")
    }

    /// One merge patch with the resource version that the node was read at: the API server refuses it with 409 if the
    /// node has changed since.
    func patch(_ node: ClusterNode, unschedulable: Bool, mark: String?) throws(NodeError) -> Command {
        guard let version = node.metadata.resourceVersion else {
            throw NodeError(.answerUnreadable, "the node \(node.name) was read without its resourceVersion")
        }
        let body = NodePatch(
            metadata: .init(resourceVersion: version, annotations: [Self.cordonAnnotation: mark]),
            spec: .init(unschedulable: unschedulable ? true : nil))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text: String
        do {
            text = String(decoding: try encoder.encode(body), as: UTF8.self)
        } catch {
            throw NodeError(.answerUnreadable, "the patch of \(node.name) cannot be written as JSON", cause: error)
        }
        return command([
            "patch", "node", "-o", "json", "--type=merge", "--patch=\(text)", "--request-timeout=20s", "--", node.name,
        ])
    }
}

/// A merge patch, in which null removes.
private struct NodePatch: Encodable {
    struct Metadata: Encodable {
        let resourceVersion: String
        let annotations: [String: String?]
    }

    struct Spec: Encodable {
        let unschedulable: Bool?

        private enum Key: CodingKey { case unschedulable }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            if let unschedulable {
                try container.encode(unschedulable, forKey: .unschedulable)
            } else {
                try container.encodeNil(forKey: .unschedulable)
            }
        }
    }

    let metadata: Metadata
    let spec: Spec
}

extension NodeError.Code {
    package static let nodeUnknown = Self(rawValue: "node-unknown")
}
