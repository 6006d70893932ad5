package import Wire

/// Flags that K3s no longer takes: with one of them it does not start.
package enum RemovedFlagCheck {
    private struct Removed {
        let name: String
        /// The value that went, if the flag itself stays.
        var value: String?
        /// The first minor, of major version 1, that does not start with it.
        let since: Int
        let instead: String
    }

    /// From K3s' own changes: 1.25 (pull request 6069), 1.26 (6574), 1.27 (7311), 1.29 (9075).
    private static let removed = [
        Removed(name: "cluster-secret", since: 25, instead: "use token"),
        Removed(name: "no-deploy", since: 25, instead: "use disable"),
        Removed(name: "no-flannel", since: 25, instead: "use flannel-backend=none"),
        Removed(name: "disable-selinux", since: 26, instead: "leave it out, or use selinux=false"),
        Removed(name: "flannel-backend", value: "wireguard", since: 26, instead: "use wireguard-native"),
        Removed(name: "flannel-backend", value: "ipsec", since: 27, instead: "use wireguard-native"),
        Removed(name: "multi-cluster-cidr", since: 29, instead: "leave it out"),
    ]

    package static func findings(target: K3sVersion, configuration: K3sConfiguration) throws(NodeError) -> [Finding] {
        var findings: [Finding] = []
        for flag in removed where target.minor >= flag.since || target.major > 1 {
            let places = try places(of: flag, in: configuration)
            guard !places.isEmpty else { continue }
            let name = flag.value.map { "\(flag.name)=\($0)" } ?? flag.name
            findings.append(
                Finding(
                    .refusal, code: "removed-flag", about: "--\(name)",
                    problem:
                        "it is in the \(places.joined(separator: " and the ")), and k3s from 1.\(flag.since) on does "
                        + "not start with it",
                    wayOut: flag.instead + ", restart k3s on its present version, then upgrade"))
        }
        return findings
    }

    private static func places(of flag: Removed, in configuration: K3sConfiguration) throws(NodeError) -> [String] {
        var places: [String] = []
        let bare = K3sConfiguration(arguments: configuration.arguments, environment: [:], files: [])
        if let value = flag.value {
            let given = try bare.list(K3sConfiguration.Flag(name: flag.name))
            if given.contains(Secret(value)) { places.append("unit") }
        } else if bare.mentions(flag.name) {
            places.append("unit")
        }
        let inFile = configuration.entries.filter { $0.key == flag.name }
        if inFile.contains(where: { flag.value == nil || $0.value.plain == flag.value }) {
            places.append("configuration file")
        }
        return places
    }
}

extension K3sConfiguration {
    /// Whether the command line has the flag, with a value or without.
    fileprivate func mentions(_ name: String) -> Bool {
        arguments.contains { ($0.literal.assignment?.name ?? $0.literal[...]) == "--\(name)" }
    }
}

extension ConfigFile.Value {
    fileprivate var plain: String? {
        guard case .text(let secret) = self else { return nil }
        return secret.revealed
    }
}
