/// A PodDisruptionBudget: how many of its pods may go at the moment.
package struct DisruptionBudget: Sendable, Equatable, Decodable {
    package struct Status: Sendable, Equatable, Decodable {
        package let disruptionsAllowed: Int?
        package let currentHealthy: Int?
        package let desiredHealthy: Int?
        package let expectedPods: Int?
        package let observedGeneration: Int64?
    }

    package struct Spec: Sendable, Equatable, Decodable {
        package struct Selector: Sendable, Equatable, Decodable {
            package struct Requirement: Sendable, Equatable, Decodable {
                package let key: String
                /// `In`, `NotIn`, `Exists`, `DoesNotExist`.
                package let `operator`: String
                package let values: [String]?
            }
            package let matchLabels: [String: String]?
            package let matchExpressions: [Requirement]?
        }
        package let selector: Selector?
    }

    package let metadata: ObjectMetadata
    package let spec: Spec?
    package let status: Status?

    package var name: String { metadata.name }
    package var namespace: String { metadata.namespace ?? "default" }
    package var allowed: Int { status?.disruptionsAllowed ?? 0 }
    /// Whether the controller has looked at the budget as it now is; before that its numbers say nothing.
    package var isObserved: Bool { (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) }

    /// Whether the budget speaks of this pod. A budget without a selector speaks of none.
    package func covers(_ pod: ClusterPod) -> Bool {
        guard pod.namespace == namespace, let selector = spec?.selector else { return false }
        let labels = pod.metadata.labels ?? [:]
        let plain = selector.matchLabels?.allSatisfy { labels[$0.key] == $0.value } ?? true
        return plain && (selector.matchExpressions ?? []).allSatisfy { $0.matches(labels) }
    }
}

extension DisruptionBudget.Spec.Selector.Requirement {
    /// An operator that is not known counts as a match: better a budget too many looked at than one too few.
    func matches(_ labels: [String: String]) -> Bool {
        let value = labels[key]
        switch self.operator {
        case "In": return value.map { values?.contains($0) ?? false } ?? false
        case "NotIn": return value.map { !(values?.contains($0) ?? false) } ?? true
        case "Exists": return value != nil
        case "DoesNotExist": return value == nil
        default: return true
        }
    }
}
