package import Wire

/// The cluster as the operator's machine reaches it: what `cluster.yaml` says.
package struct Inventory: Hashable, Sendable {
    /// In the file's order.
    package var nodes: [InventoryNode]
    package var ssh: InventorySSH
    package var release: ReleaseSite
    package var policy: Policy
    /// The operator's own check after each node, run on the operator's machine; empty for none.
    package var gateCommand: [String]

    package init(
        nodes: [InventoryNode], ssh: InventorySSH = InventorySSH(), release: ReleaseSite = ReleaseSite(),
        policy: Policy = Policy(), gateCommand: [String] = []
    ) {
        self.nodes = nodes
        self.ssh = ssh
        self.release = release
        self.policy = policy
        self.gateCommand = gateCommand
    }

    package func node(_ name: NodeName) -> InventoryNode? { nodes.first { $0.name == name } }

    /// Servers by name, then workers by name: the one order in which nodes are asked for anything.
    package var inOrder: [InventoryNode] {
        nodes.sorted { left, right in
            (left.role == .server ? 0 : 1, left.name.text) < (right.role == .server ? 0 : 1, right.name.text)
        }
    }

    package var servers: [InventoryNode] { inOrder.filter { $0.role == .server } }
}

/// One node, as SSH reaches it.
package struct InventoryNode: Hashable, Sendable {
    package let name: NodeName
    package let role: Role
    /// A host name, an address, or an alias of the operator's SSH configuration.
    package let address: String
    /// Nil leaves it to the SSH configuration.
    package let port: Int?
    /// The operator's own login with sudo, for installing and removing agents; nil for that of the whole inventory.
    package let user: String?
    /// The key for that login; nil leaves it to the SSH configuration and the ssh-agent.
    package let identityFile: String?
    /// Hosts to go through, as ssh's ProxyJump has them; nil leaves it to the SSH configuration.
    package let proxyJump: String?

    package init(
        name: NodeName, role: Role, address: String, port: Int? = nil, user: String? = nil,
        identityFile: String? = nil, proxyJump: String? = nil
    ) {
        self.name = name
        self.role = role
        self.address = address
        self.port = port
        self.user = user
        self.identityFile = identityFile
        self.proxyJump = proxyJump
    }
}

/// What SSH needs for every node. Paths may begin with `~/`.
package struct InventorySSH: Hashable, Sendable {
    /// The coordinator's own key, which the agents' login takes.
    package var key: String
    package var knownHosts: String
    /// Nil for OpenSSH's usual one.
    package var configuration: String?
    /// The operator's login where a node names none; nil leaves it to the SSH configuration.
    package var user: String?

    package static let defaultKey = "~/.config/k3s-upgrade/id_ed25519"
    package static let defaultKnownHosts = "~/.ssh/known_hosts"

    package init(
        key: String = defaultKey, knownHosts: String = defaultKnownHosts, configuration: String? = nil,
        user: String? = nil
    ) {
        self.key = key
        self.knownHosts = knownHosts
        self.configuration = configuration
        self.user = user
    }
}
