internal import SystemPackage

/// What a node's k3s is told, from its three sources: unit, environment, configuration files.
///
/// K3s takes a value from the command line first, then from the environment, then from the files; list flags add up
/// (docs.k3s.io, "Configuration Options").
package struct K3sConfiguration: Sendable, Equatable {
    package let arguments: [UnitWord]
    package let environment: [String: Secret]
    /// Entries of config.yaml, then of config.yaml.d in the order of the names.
    package let entries: [ConfigFile.Entry]

    package init(arguments: [UnitWord], environment: [String: Secret], files: [ConfigFile]) {
        self.arguments = arguments
        self.environment = environment
        entries = files.flatMap(\.entries)
    }

    /// A flag as K3s knows it.
    package struct Flag: Sendable, Equatable {
        package let name: String
        package var short: String?
        package var variable: String?

        package static let dataDir = Flag(name: "data-dir", short: "d", variable: "K3S_DATA_DIR")
        package static let datastoreEndpoint = Flag(name: "datastore-endpoint", variable: "K3S_DATASTORE_ENDPOINT")
        package static let clusterInit = Flag(name: "cluster-init", variable: "K3S_CLUSTER_INIT")
        package static let server = Flag(name: "server", short: "s", variable: "K3S_URL")
        package static let token = Flag(name: "token", short: "t", variable: "K3S_TOKEN")
        package static let tokenFile = Flag(name: "token-file", variable: "K3S_TOKEN_FILE")
        package static let agentToken = Flag(name: "agent-token", variable: "K3S_AGENT_TOKEN")
        package static let nodeName = Flag(name: "node-name", variable: "K3S_NODE_NAME")
        package static let withNodeID = Flag(name: "with-node-id")
        package static let snapshotDir = Flag(name: "etcd-snapshot-dir")
        package static let snapshotCompress = Flag(name: "etcd-snapshot-compress")
        package static let kubeletArgument = Flag(name: "kubelet-arg")
    }

    /// The value that K3s uses, or nil if nobody gives one. Throws `unitUnclear` rather than guess.
    package func text(_ flag: Flag) throws(NodeError) -> Secret? {
        if let last = try given(flag).last { return last }
        if let variable = flag.variable, let value = environment[variable] { return value }
        switch try fromFiles(flag) {
        case .none, .list([]): return nil
        case .text(let value): return value
        case .list, .unclear: throw .unclear("\(flag.name) in K3s' configuration", "it is not a single text")
        }
    }

    /// All values of a flag that may be given often, files' first.
    package func list(_ flag: Flag) throws(NodeError) -> [Secret] {
        let fromFile: [Secret] =
            switch try fromFiles(flag) {
            case .none: []
            case .text(let value): [value]
            case .list(let values): values
            case .unclear(let reason): throw .unclear("\(flag.name) in K3s' configuration", reason)
            }
        return try fromFile + given(flag)
    }

    /// A switch; `--flag` alone means true.
    package func isOn(_ flag: Flag) throws(NodeError) -> Bool {
        let text: String?
        if let last = try given(flag, takesValue: false).last {
            text = last.revealed
        } else if let variable = flag.variable, let value = environment[variable] {
            text = value.revealed
        } else {
            text = try self.text(flag)?.revealed
        }
        switch text?.lowercased() {
        case nil, "", "false", "0", "f": return false
        case "true", "1", "t": return true
        default: throw .unclear("\(flag.name)", "it is neither true nor false")
        }
    }

    /// What the command line gives for one flag: `--name value`, `--name=value`, `-n value`.
    private func given(_ flag: Flag, takesValue: Bool = true) throws(NodeError) -> [Secret] {
        let names = ["--" + flag.name, "-" + flag.name] + (flag.short.map { ["-" + $0, "--" + $0] } ?? [])
        var found: [Secret] = []
        for (index, word) in arguments.enumerated() {
            if names.contains(word.literal) {
                guard takesValue else {
                    found.append(Secret("true"))
                    continue
                }
                guard index + 1 < arguments.count, let value = arguments[index + 1].value else {
                    throw .unclear("--\(flag.name) in the unit", "its value is missing or filled in by systemd")
                }
                found.append(Secret(value))
            } else if let name = word.literal.assignment?.name, names.contains(String(name)) {
                guard let value = word.value?.assignment?.value else {
                    throw .unclear("--\(flag.name) in the unit", "its value is filled in by systemd")
                }
                found.append(Secret(String(value)))
            }
        }
        return found
    }

    private func fromFiles(_ flag: Flag) throws(NodeError) -> ConfigFile.Value? {
        // A line that belongs to no key could be anything, this key's included.
        if let odd = entries.first(where: \.key.isEmpty), case .unclear(let reason) = odd.value {
            throw .unclear("K3s' configuration file", reason)
        }
        var result: ConfigFile.Value?
        for entry in entries where entry.key == flag.name || entry.key == flag.short {
            guard entry.appends, let before = result else {
                result = entry.value
                continue
            }
            guard let first = before.items, let second = entry.value.items else {
                return .unclear("one of the files that add to it is not plain")
            }
            result = .list(first + second)
        }
        return result
    }
}

extension ConfigFile.Value {
    fileprivate var items: [Secret]? {
        switch self {
        case .text(let value): [value]
        case .list(let values): values
        case .unclear: nil
        }
    }
}
