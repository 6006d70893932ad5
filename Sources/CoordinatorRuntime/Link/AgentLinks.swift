internal import Wire

/// One command's connections to the agents of all its nodes: each is opened when it is first needed and kept for the
/// command's next part, since to log in again would cost a slow line or a small node the better part of a second.
package actor AgentLinks {
    package nonisolated let inventory: Inventory
    private var links: [NodeName: AgentLink] = [:]

    /// Connections for as long as `body` runs.
    package static func with<Value: Sendable>(
        _ inventory: Inventory, _ body: (AgentLinks) async throws -> Value
    ) async throws -> Value {
        let links = AgentLinks(inventory)
        do {
            let value = try await body(links)
            await links.close()
            return value
        } catch {
            await links.close()
            throw error
        }
    }

    init(_ inventory: Inventory) { self.inventory = inventory }

    /// The connection to a node's agent, opened anew if there is none any more. For one caller a node at a time.
    func link(to node: InventoryNode) async throws(CoordinatorError) -> AgentLink {
        if let link = links[node.name], await !link.hasEnded { return link }
        let link = try await AgentLink.open(to: node, ssh: inventory.ssh)
        links[node.name] = link
        return link
    }

    func close() async {
        let all = links.values
        links = [:]
        await withTaskGroup { group in
            for link in all { group.addTask { await link.close() } }
        }
    }
}
