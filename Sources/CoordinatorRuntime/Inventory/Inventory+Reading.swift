internal import Wire
internal import Yams

extension Inventory {
    /// Far more than the largest cluster this is for needs, and little enough to parse without a thought.
    package static let longestFile = 256 * 1024

    private static let sections = ["nodes", "ssh", "release", "policy", "gate"]

    /// Reads the text of a `cluster.yaml`.
    ///
    /// - Parameter file: its name, for messages.
    package init(yaml: String, file: String) throws(InventoryError) {
        guard yaml.utf8.count <= Self.longestFile else {
            throw InventoryError(
                file: file,
                problems: [
                    InventoryProblem(
                        .unreadable, "it has more than \(Self.longestFile) bytes",
                        wayOut: "give the path of a cluster.yaml")
                ])
        }
        if let excess = YAMLExcess.first(in: yaml) {
            throw InventoryError(
                file: file,
                problems: [
                    InventoryProblem(
                        .syntax, line: excess.line, column: excess.column, "\(excess.what) is not read here",
                        wayOut: excess.wayOut)
                ])
        }
        var top = YAMLSection(try Self.compose(yaml, file: file), name: "the file", keys: Self.sections)
        var problems: [InventoryProblem] = []
        let nodes = Self.nodes(&top, &problems)
        let ssh = Self.ssh(top, &problems)
        let release = Self.release(top, &problems)
        let policy = Self.policy(top, &problems)
        let gate = Self.gate(top, &problems)
        problems += top.problems
        guard problems.isEmpty else {
            throw InventoryError(
                file: file, problems: problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        self.init(nodes: nodes, ssh: ssh, release: release, policy: policy, gateCommand: gate)
    }

    private static func compose(_ yaml: String, file: String) throws(InventoryError) -> Node {
        let problem: InventoryProblem
        do {
            if let node = try Yams.compose(yaml: yaml) { return node }
            problem = InventoryProblem(
                .missing, "it is empty", wayOut: "the README has one to start from")
        } catch let error as YamlError {
            problem = InventoryProblem(yaml: error)
        } catch {
            problem = InventoryProblem(.syntax, "it is not YAML", wayOut: "look at its quotes and indentation")
        }
        throw InventoryError(file: file, problems: [problem])
    }

    private static func nodes(_ top: inout YAMLSection, _ problems: inout [InventoryProblem]) -> [InventoryNode] {
        guard top.has("nodes") else {
            top.note(.missing, at: top.mark(of: "nodes"), "the file lacks `nodes`", wayOut: "list the cluster's nodes")
            return []
        }
        guard let elements = top.sequence("nodes") else { return [] }
        var nodes: [InventoryNode] = []
        var lines: [NodeName: Int] = [:]
        // Of all nodes, well-formed or not: one whose role cannot be read may have been meant as the server.
        var mayHaveServer = false
        for (index, element) in elements.enumerated() {
            var section = YAMLSection(element, name: "nodes[\(index)]", keys: InventoryNode.keys)
            let node = InventoryNode.read(&section)
            if let name = node.name, let first = lines[name] {
                section.note(
                    .duplicateNode, at: section.mark(of: "name"),
                    "the node \(name) is listed twice, first in line \(first)",
                    wayOut: "remove one of the two, or correct its name")
            } else if let name = node.name {
                lines[name] = section.mark(of: "name")?.line ?? 0
            }
            mayHaveServer = mayHaveServer || node.role != .worker
            if let complete = node.complete { nodes.append(complete) }
            problems += section.problems
        }
        if !mayHaveServer {
            top.note(
                .noServer, at: top.mark(of: "nodes"), "none of the nodes is a server",
                wayOut: "add the cluster's control plane with `role: server`")
        }
        return nodes
    }

    private static func ssh(_ top: YAMLSection, _ problems: inout [InventoryProblem]) -> InventorySSH {
        var ssh = InventorySSH()
        guard let node = top.node("ssh") else { return ssh }
        var section = YAMLSection(node, name: "ssh", keys: ["key", "knownHosts", "configuration", "user"])
        ssh.key = section.text("key", wanted: "the path of a key file") ?? ssh.key
        ssh.knownHosts = section.text("knownHosts", wanted: "the path of a file") ?? ssh.knownHosts
        ssh.configuration = section.text("configuration", wanted: "the path of a file")
        ssh.user = section.value("user", wanted: "a login name", SSHWord.user)
        problems += section.problems
        return ssh
    }

    private static func release(_ top: YAMLSection, _ problems: inout [InventoryProblem]) -> ReleaseSite {
        var site = ReleaseSite()
        guard let node = top.node("release") else { return site }
        var section = YAMLSection(node, name: "release", keys: ["releases", "channels", "installer"])
        let wanted = "an http:// or https:// address without user, query and fragment"
        site.releases = section.value("releases", wanted: wanted, SiteAddress.init) ?? site.releases
        site.channels = section.value("channels", wanted: wanted, SiteAddress.init) ?? site.channels
        site.installer = section.value("installer", wanted: wanted, SiteAddress.init) ?? site.installer
        problems += section.problems
        return site
    }

    private static func policy(_ top: YAMLSection, _ problems: inout [InventoryProblem]) -> Policy {
        var policy = Policy()
        guard let node = top.node("policy") else { return policy }
        var section = YAMLSection(
            node, name: "policy",
            keys: ["method", "maxUnavailable", "drainTimeout", "controlPlaneLimit", "gateTimeout"])
        let methods = InstallMethod.allCases.map(\.rawValue).joined(separator: " or ")
        policy.method = section.value("method", wanted: methods, InstallMethod.init(rawValue:)) ?? policy.method
        policy.maxUnavailable =
            section.number("maxUnavailable", Policy.workersAtOnce, unit: "workers") ?? policy.maxUnavailable
        policy.drainTimeout = section.number("drainTimeout", Policy.times, unit: "seconds") ?? policy.drainTimeout
        policy.controlPlaneLimit =
            section.number("controlPlaneLimit", Policy.times, unit: "seconds") ?? policy.controlPlaneLimit
        policy.gateTimeout = section.number("gateTimeout", Policy.times, unit: "seconds") ?? policy.gateTimeout
        problems += section.problems
        return policy
    }

    private static func gate(_ top: YAMLSection, _ problems: inout [InventoryProblem]) -> [String] {
        guard let node = top.node("gate") else { return [] }
        var section = YAMLSection(node, name: "gate", keys: ["command"])
        var words: [String] = []
        for element in section.sequence("command") ?? [] {
            if case .scalar(let scalar) = element, !scalar.string.utf8.contains(0) {
                words.append(scalar.string)
            } else {
                section.note(
                    .wrongType, at: element.mark, "a word of `command` has to be a text",
                    wayOut: "list the program and its arguments, one word each; no shell reads them")
            }
        }
        if section.problems.isEmpty && words.first?.isEmpty ?? true {
            section.note(
                .missing, at: section.mark(of: "command"), "`gate` lacks its `command`",
                wayOut: "list the program and its arguments, or remove `gate`")
        }
        problems += section.problems
        return words
    }
}

extension InventoryProblem {
    fileprivate init(yaml error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let during = context.map { " \($0.text)" } ?? ""
            self.init(
                .syntax, line: mark.line, column: mark.column, "not YAML: \(problem)\(during)".cleaned(limit: 300),
                wayOut: "look at the quotes and the indentation there")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "`\($0.cleaned(limit: 60))`" }.joined(separator: ", ")
            self.init(
                .syntax, line: context.mark.line, column: context.mark.column, "a key is there twice: \(keys)",
                wayOut: "remove one of the two")
        default:
            self.init(.syntax, "it is not YAML", wayOut: "look at its quotes and indentation")
        }
    }
}
