/// A Job, of which K3s' own helm-install ones matter: they bring the packaged components up to the new version.
package struct ClusterJob: Sendable, Equatable, Decodable {
    package struct Condition: Sendable, Equatable, Decodable {
        package let type: String
        package let status: String
    }

    package struct Status: Sendable, Equatable, Decodable {
        package let active: Int?
        package let conditions: [Condition]?
    }

    package let metadata: ObjectMetadata
    package let status: Status?

    package var name: String { metadata.name }
    package var isHelmInstall: Bool { name.hasPrefix("helm-install-") || name.hasPrefix("helm-delete-") }
    package var isComplete: Bool { has("Complete") }
    package var isFailed: Bool { has("Failed") }

    private func has(_ type: String) -> Bool {
        status?.conditions?.contains { $0.type == type && $0.status == "True" } ?? false
    }
}
