package import Wire

/// Whether a node's agent is there and of this coordinator's protocol.
package struct AgentsStatus<Logins: NodeLogins>: Sendable {
    private let logins: Logins

    package init(logins: Logins) { self.logins = logins }

    /// Never throws: a node that cannot be asked is a result of its own.
    package func status(of node: InventoryNode) async -> AgentStatus {
        do throws(CoordinatorError) {
            let login = try await logins.agentLogin(node)
            do throws(CoordinatorError) {
                let hello = try await AgentLoginProof(node: node.name, login: login).hello()
                await login.close()
                return AgentStatus(node: node.name, hello: hello)
            } catch {
                await login.close()
                throw error
            }
        } catch {
            return AgentStatus(node: node.name, problem: error)
        }
    }

    /// Of all nodes at once, in the order given.
    package func status(of nodes: [InventoryNode]) async -> [AgentStatus] {
        await withTaskGroup(of: (Int, AgentStatus).self) { group in
            for (index, node) in nodes.enumerated() {
                group.addTask { (index, await status(of: node)) }
            }
            var found: [(Int, AgentStatus)] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

package struct AgentStatus: Sendable {
    package let node: NodeName
    /// What it said; nil where it could not be asked or does not fit.
    package let hello: Hello?
    package let problem: CoordinatorError?

    package init(node: NodeName, hello: Hello? = nil, problem: CoordinatorError? = nil) {
        self.node = node
        self.hello = hello
        self.problem = problem
    }
}
