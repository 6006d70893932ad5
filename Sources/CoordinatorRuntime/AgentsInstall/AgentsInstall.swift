package import Wire

/// Puts the agent on a node by the operator's login, and takes it off again. What root has to do there the agent's own
/// binary does; this brings it there and hands it its orders.
package struct AgentsInstall<Logins: NodeLogins>: Sendable {
    /// Where it lies once it is installed.
    static var installed: String { "/usr/local/bin/k3s-upgrade-agent" }

    private let logins: Logins
    /// A folder of the nodes' that programs can be run from.
    private let temporary: String

    package init(logins: Logins, temporary: String = "/tmp") {
        self.logins = logins
        self.temporary = temporary
    }

    /// Installs or updates the agent on one node, then proves that the key leads to it and to nothing else.
    package func install(
        _ program: AgentProgram, _ document: InstallDocument, on node: InventoryNode
    ) async throws(CoordinatorError) -> InstalledAgent {
        let login = try await logins.operatorLogin(node)
        let report: InstallReport
        do throws(CoordinatorError) {
            report = try await install(program, document, node: node, by: login)
            await login.close()
        } catch {
            await login.close()
            throw error
        }
        let agent = try await logins.agentLogin(node)
        do throws(CoordinatorError) {
            let hello = try await AgentLoginProof(node: node.name, login: agent).prove()
            await agent.close()
            return InstalledAgent(node: node.name, report: report, hello: hello)
        } catch {
            await agent.close()
            throw error
        }
    }

    /// Takes the agent off one node; one that is not there is fine, and reported as no change.
    package func remove(
        _ document: RemoveDocument, from node: InventoryNode
    ) async throws(CoordinatorError) -> InstallReport {
        let login = try await logins.operatorLogin(node)
        do throws(CoordinatorError) {
            let root = try await RootCommands(node: node.name, login: login)
            let report: InstallReport
            if try await login.run(["test", "-x", Self.installed]).succeeded {
                report = try await root.orders([Self.installed, "remove"], document)
            } else {
                report = InstallReport(changed: [])
            }
            await login.close()
            return report
        } catch {
            await login.close()
            throw error
        }
    }

    private func install(
        _ program: AgentProgram, _ document: InstallDocument, node: InventoryNode, by login: Logins.Operator
    ) async throws(CoordinatorError) -> InstallReport {
        let root = try await RootCommands(node: node.name, login: login)
        try await requireArchitecture(of: program, node, login)
        let folder = try await RemoteFolder.make(in: temporary, node: node.name, by: login)
        do throws(CoordinatorError) {
            let binary = try await folder.receive(program)
            let report = try await root.orders([binary, "install"], document)
            await folder.remove()
            return report
        } catch {
            await folder.remove()
            throw error
        }
    }

    private func requireArchitecture(
        of program: AgentProgram, _ node: InventoryNode, _ login: Logins.Operator
    ) async throws(CoordinatorError) {
        let result = try await login.run(["uname", "-m"])
        let machine = result.text.filter { !$0.isWhitespace }
        guard result.succeeded, Architecture(machine: machine) == program.architecture else {
            throw CoordinatorError(
                .anotherArchitecture, .usage,
                "the agent at \(program.path) is for \(program.architecture.rawValue), \(node.name) is "
                    + (machine.isEmpty ? "unknown" : machine.cleaned(limit: 40)),
                wayOut: "build the agent on such a machine and give its path with --agent")
        }
    }
}

/// An agent that was installed and has answered.
package struct InstalledAgent: Hashable, Sendable {
    package let node: NodeName
    package let report: InstallReport
    package let hello: Hello

    package init(node: NodeName, report: InstallReport, hello: Hello) {
        self.node = node
        self.report = report
        self.hello = hello
    }
}

extension CoordinatorError.Code {
    package static let anotherArchitecture = Self(rawValue: "another-architecture")
}
