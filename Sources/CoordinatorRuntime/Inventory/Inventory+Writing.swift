internal import Wire
internal import Yams

extension Inventory {
    /// The text of a `cluster.yaml` that reads back as this inventory; what is as by default is left out.
    package var yaml: String {
        var sections: [(Node, Node)] = [("nodes", .sequence(.init(nodes.map(\.yamlNode))))]
        let defaults = Inventory(nodes: [])
        var sshPairs: [(Node, Node)] = []
        if ssh.key != defaults.ssh.key { sshPairs.append(("key", .text(ssh.key))) }
        if ssh.knownHosts != defaults.ssh.knownHosts { sshPairs.append(("knownHosts", .text(ssh.knownHosts))) }
        if let configuration = ssh.configuration { sshPairs.append(("configuration", .text(configuration))) }
        if let user = ssh.user { sshPairs.append(("user", .text(user))) }
        if !sshPairs.isEmpty { sections.append(("ssh", Node(sshPairs))) }
        if release != defaults.release {
            sections.append(
                (
                    "release",
                    Node([
                        ("releases", .text(release.releases.text)), ("channels", .text(release.channels.text)),
                        ("installer", .text(release.installer.text)),
                    ])
                ))
        }
        if policy != defaults.policy {
            sections.append(
                (
                    "policy",
                    Node([
                        ("method", .text(policy.method.rawValue)),
                        ("maxUnavailable", .number(policy.maxUnavailable)),
                        ("drainTimeout", .number(policy.drainTimeout)),
                        ("controlPlaneLimit", .number(policy.controlPlaneLimit)),
                        ("gateTimeout", .number(policy.gateTimeout)),
                    ])
                ))
        }
        if !gateCommand.isEmpty {
            sections.append(("gate", Node([("command", .sequence(.init(gateCommand.map { Node.text($0) })))])))
        }
        // Serialising fails only for trees that do not come from a value like this one.
        return (try? Yams.serialize(node: Node(sections), sortKeys: false)) ?? ""
    }
}

extension InventoryNode {
    fileprivate var yamlNode: Node {
        var pairs: [(Node, Node)] = [
            ("name", .text(name.text)), ("role", .text(role.rawValue)), ("address", .text(address)),
        ]
        if let port { pairs.append(("port", .number(port))) }
        if let user { pairs.append(("user", .text(user))) }
        if let identityFile { pairs.append(("identityFile", .text(identityFile))) }
        if let proxyJump { pairs.append(("proxyJump", .text(proxyJump))) }
        return Node(pairs)
    }
}

extension Node {
    /// Quoted where a reader could take it for a number, a truth value or anything but the text of one line.
    fileprivate static func text(_ text: String) -> Node {
        let isWord = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "./~_-".contains(Character(scalar)))
        }
        let plain =
            isWord && !text.isEmpty && Node(text).tag.description == Tag(.str).description && Node(text).int == nil
        return Node(text, Tag(.str), plain ? .any : .doubleQuoted)
    }

    fileprivate static func number(_ number: Int) -> Node { Node(String(number), Tag(.int)) }
}
