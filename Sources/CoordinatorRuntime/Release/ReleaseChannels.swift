internal import FoundationEssentials
package import Wire

/// The channel list: which version is the newest in which line. For showing; a run's target is always one pinned
/// version, because a channel can step back.
package struct ReleaseChannels: Hashable, Sendable {
    /// By channel name: `stable`, `latest`, `v1.34`. Channels without a readable version are left out.
    package let latest: [String: K3sVersion]

    package init(latest: [String: K3sVersion]) { self.latest = latest }

    /// From the list as update.k3s.io serves it: `{"data":[{"name":…,"latest":…},…]}`; nil where it is none.
    package init?(json: [UInt8]) {
        guard let list = try? JSONDecoder().decode(List.self, from: Data(json)), !list.data.isEmpty else { return nil }
        var latest: [String: K3sVersion] = [:]
        for channel in list.data {
            guard let version = channel.latest.flatMap(K3sVersion.init) else { continue }
            latest[channel.name] = version
        }
        guard !latest.isEmpty else { return nil }
        self.latest = latest
    }

    package var stable: K3sVersion? { latest["stable"] }

    /// The newest release of the minor that `version` is of, where it is newer than `version`.
    package func newerPatch(than version: K3sVersion) -> K3sVersion? {
        guard let newest = latest[version.channel], newest.isSameMinor(as: version), newest > version else {
            return nil
        }
        return newest
    }

    /// The newest release of the minor after the one `version` is of.
    package func nextMinor(after version: K3sVersion) -> K3sVersion? {
        guard let newest = latest["v\(version.major).\(version.minor + 1)"] else { return nil }
        return newest.major == version.major && newest.minor == version.minor + 1 ? newest : nil
    }

    /// What an operator on `version` can go to in one run, oldest first.
    package func targets(from version: K3sVersion) -> [K3sVersion] {
        [newerPatch(than: version), nextMinor(after: version)].compactMap(\.self)
    }

    private struct List: Decodable {
        let data: [Channel]
    }

    private struct Channel: Decodable {
        let name: String
        let latest: String?
    }
}
