internal import FoundationEssentials
package import SystemPackage

/// What this node lets a coordinator do, from a file of root's. The coordinator cannot change it.
package struct NodePolicy: Sendable, Equatable {
    package static let path: FilePath = "/etc/k3s-upgrade-agent/policy.json"
    private static let limit = 64 * 1024

    /// Where the node itself fetches releases and their checksum lists.
    package var releaseSite: WebAddress?
    package var installerURL: WebAddress?
    /// Whether the coordinator may push a binary; its hash has to be on the checksum list all the same.
    package var allowPushedArtifacts = false
    /// Whether snapshots may be taken off the node, encrypted to `snapshotRecipient`.
    package var allowSnapshotFetch = false
    package var snapshotRecipient: String?
    /// Whether probes may run commands in pods.
    package var allowProbeExec = false

    package init() {
        releaseSite = WebAddress("https://github.com/k3s-io/k3s/releases")
        installerURL = WebAddress("https://get.k3s.io")
    }

    /// Reads the policy; without a file the safe defaults hold. A file that others could have written is refused, and
    /// so is one that is not understood to the last key: a misspelt refusal must not pass for none.
    package static func load(in root: SystemRoot = .real) throws(NodeError) -> NodePolicy {
        let place = root.path(path)
        guard let facts = try FileFacts(at: place) else { return NodePolicy() }
        guard facts.kind == .file, facts.owner.user == FileOwner.current.user,
            facts.mode.isDisjoint(with: [.groupWrite, .otherWrite])
        else {
            throw NodeError(
                .policyUnsafe, "\(path) is not used: others than root may have written it",
                wayOut: "chown root \(path) && chmod 600 \(path), after a look at what it says")
        }
        let bytes = try PlainFile.open(place).bytes(limit: limit)
        let policy: NodePolicy
        do {
            policy = try JSONDecoder().decode(NodePolicy.self, from: Data(bytes))
        } catch {
            throw NodeError(.policyUnsafe, "\(path) is not a policy", cause: error, wayOut: "correct it, or remove it")
        }
        guard !policy.allowSnapshotFetch || policy.snapshotRecipient != nil else {
            throw NodeError(
                .policyUnsafe, "\(path) allows snapshots to be fetched but names no recipient to encrypt them to",
                wayOut: "add \"snapshotRecipient\"")
        }
        return policy
    }
}

extension NodePolicy: Decodable {
    private enum Key: String, CodingKey, CaseIterable {
        case releaseSite, installerURL, allowPushedArtifacts, allowSnapshotFetch, snapshotRecipient, allowProbeExec
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys where Key(rawValue: key.stringValue) == nil {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [key], debugDescription: "unknown key \(key.stringValue)"))
        }
        let values = try decoder.container(keyedBy: Key.self)
        releaseSite = try values.decodeIfPresent(WebAddress.self, forKey: .releaseSite) ?? releaseSite
        installerURL = try values.decodeIfPresent(WebAddress.self, forKey: .installerURL) ?? installerURL
        allowPushedArtifacts = try values.decodeIfPresent(Bool.self, forKey: .allowPushedArtifacts) ?? false
        allowSnapshotFetch = try values.decodeIfPresent(Bool.self, forKey: .allowSnapshotFetch) ?? false
        snapshotRecipient = try values.decodeIfPresent(String.self, forKey: .snapshotRecipient)
        allowProbeExec = try values.decodeIfPresent(Bool.self, forKey: .allowProbeExec) ?? false
    }
}
