internal import Wire

extension InventoryNode {
    static let keys = ["name", "role", "address", "port", "user", "identityFile", "proxyJump"]

    /// What could be read of a node; a name without the rest still tells duplicates.
    struct Read {
        var name: NodeName?
        var role: Role?
        var complete: InventoryNode?
    }

    static func read(_ section: inout YAMLSection) -> Read {
        let name = section.required(
            "name", wanted: "a node's name as Kubernetes has it (lower-case letters, digits, `-` and `.`)",
            NodeName.init)
        let role = section.required(
            "role", wanted: "server or worker (K3s' agent role is `worker` here)", code: .unknownRole,
            Role.init(rawValue:))
        let address = section.required("address", wanted: "a host name or an address", SSHWord.host)
        let port = section.number("port", 1...65_535, unit: "a port number")
        let user = section.value("user", wanted: "a login name", SSHWord.user)
        let identityFile = section.text("identityFile", wanted: "the path of a key file")
        let proxyJump = section.value("proxyJump", wanted: "hosts as ssh's -J takes them", SSHWord.jump)
        guard let name, let role, let address else { return Read(name: name, role: role) }
        let node = InventoryNode(
            name: name, role: role, address: address, port: port, user: user, identityFile: identityFile,
            proxyJump: proxyJump)
        return Read(name: name, role: role, complete: node)
    }
}

/// Words that end up in SSH's hands: none may look like an option or carry what a shell or a configuration reads.
enum SSHWord {
    static func host(_ text: String) -> String? {
        fits(text, extra: ".-_:%", limit: 255) ? text : nil
    }

    static func user(_ text: String) -> String? {
        fits(text, extra: ".-_$@\\", limit: 255) ? text : nil
    }

    static func jump(_ text: String) -> String? {
        fits(text, extra: ".-_:%@,[]", limit: 1000) ? text : nil
    }

    private static func fits(_ text: String, extra: String, limit: Int) -> Bool {
        guard let first = text.unicodeScalars.first, first != "-", text.utf8.count <= limit else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || extra.unicodeScalars.contains(scalar))
        }
    }
}
