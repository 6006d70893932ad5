internal import FoundationEssentials

/// One snapshot that K3s lists.
package struct EtcdSnapshotEntry: Sendable, Equatable {
    package let name: String
    /// `file:///…` for a local one.
    package let location: String
    package let nodeName: String
    package let size: Int64?
    /// False only where K3s says so.
    package let isReady: Bool
}

/// The answer of `k3s etcd-snapshot ls -o json`, in both shapes: a List of ETCDSnapshotFile, and the plain array or
/// object of older releases.
package enum EtcdSnapshotList {
    package static func parse(_ bytes: [UInt8]) throws(NodeError) -> [EtcdSnapshotEntry] {
        let data = Data(bytes)
        do {
            if let list = try? JSONDecoder().decode(ObjectList.self, from: data) { return list.items.map(\.entry) }
            // Before there were objects: an array of files, or a map of them by a key.
            if let map = try? JSONDecoder().decode([String: OldFile].self, from: data) {
                return map.values.map(\.entry).sorted { $0.name < $1.name }
            }
            return try JSONDecoder().decode([OldFile]?.self, from: data)?.map(\.entry) ?? []
        } catch {
            throw NodeError(
                .snapshotFailed, "k3s etcd-snapshot ls answers in a form that is not known", cause: error,
                wayOut: "update the agent, or look by hand: k3s etcd-snapshot ls")
        }
    }

    private struct ObjectList: Decodable {
        let items: [Object]
    }

    private struct Object: Decodable {
        struct Spec: Decodable {
            let snapshotName: String
            let nodeName: String?
            let location: String?
        }
        struct Status: Decodable {
            let size: Size?
            let readyToUse: Bool?
        }
        let spec: Spec
        let status: Status?

        var entry: EtcdSnapshotEntry {
            EtcdSnapshotEntry(
                name: spec.snapshotName, location: spec.location ?? "", nodeName: spec.nodeName ?? "",
                size: status?.size?.bytes, isReady: status?.readyToUse ?? true)
        }
    }

    private struct OldFile: Decodable {
        let name: String
        let location: String?
        let nodeName: String?
        let size: Size?
        let status: String?

        var entry: EtcdSnapshotEntry {
            EtcdSnapshotEntry(
                name: name, location: location ?? "", nodeName: nodeName ?? "", size: size?.bytes,
                isReady: status?.lowercased() != "failed")
        }
    }

    /// A Kubernetes quantity: a number, or a text of digits; nil for one with a suffix, which no one here needs.
    private struct Size: Decodable {
        let bytes: Int64?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            bytes = (try? container.decode(Int64.self)) ?? (try? container.decode(String.self)).flatMap { Int64($0) }
        }
    }
}
