package import SSH
internal import Wire

/// Both kinds of login over SSH.
package struct SSHLogins: NodeLogins {
    private let inventory: Inventory
    private let hostKeys: @Sendable (InventoryNode) -> HostKeyPolicy
    private let passphrase: @Sendable () -> PassphrasePrompt?
    private let onWarning: @Sendable (String) -> Void

    /// - Parameters:
    ///   - hostKeys: for the operator's logins; the agents' are always strict, because an installation came before them.
    ///   - passphrase: the prompt of one operator's login.
    ///   - onWarning: told what the SSH configuration asks for at an operator's login and is not done.
    package init(
        inventory: Inventory, hostKeys: @escaping @Sendable (InventoryNode) -> HostKeyPolicy = { _ in .strict },
        passphrase: @escaping @Sendable () -> PassphrasePrompt? = { nil },
        onWarning: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.inventory = inventory
        self.hostKeys = hostKeys
        self.passphrase = passphrase
        self.onWarning = onWarning
    }

    package func operatorLogin(_ node: InventoryNode) async throws(CoordinatorError) -> SSHLogin {
        do throws(SSHError) {
            let destination = try await node.operatorDestination(inventory.ssh)
            for warning in destination.warnings { onWarning(warning) }
            var options = ConnectOptions()
            options.hostKeys = hostKeys(node)
            options.passphrase = passphrase()
            return SSHLogin(session: try await SSHSession.connect(to: destination, options: options))
        } catch {
            throw CoordinatorError(error)
        }
    }

    package func agentLogin(_ node: InventoryNode) async throws(CoordinatorError) -> SSHLogin {
        do throws(SSHError) {
            let destination = try await node.agentDestination(inventory.ssh)
            return SSHLogin(session: try await SSHSession.connect(to: destination))
        } catch {
            throw CoordinatorError(agentLogin: error, node: node.name)
        }
    }
}

extension InventoryNode {
    /// Where the operator's own login goes: the SSH configuration, overruled by the inventory.
    func operatorDestination(_ ssh: InventorySSH) async throws(SSHError) -> Destination {
        var destination = try await destination(user: user ?? ssh.user, ssh)
        if let identityFile { destination.identityFiles = [OperatorPath.expanded(identityFile)] }
        return destination
    }

    /// Where the coordinator's key goes: the agents' account, with no other key offered.
    package func agentDestination(_ ssh: InventorySSH) async throws(SSHError) -> Destination {
        var destination = try await destination(user: "k3s-upgrade", ssh)
        destination.identityFiles = [OperatorPath.expanded(ssh.key)]
        destination.identitiesOnly = true
        destination.agent = .none
        return destination
    }

    private func destination(user: String?, _ ssh: InventorySSH) async throws(SSHError) -> Destination {
        var destination = try await Destination.configured(
            name: address, user: user, port: port,
            configurationFile: ssh.configuration.map(OperatorPath.expanded))
        destination.name = name.text
        // What is trusted is the inventory's to say; what is revoked anywhere is revoked.
        destination.revocationFiles = destination.knownHostsFiles
        destination.knownHostsFiles = [OperatorPath.expanded(ssh.knownHosts)]
        if let proxyJump {
            destination.proxyCommand = nil
            // In any case of letters, as OpenSSH has it.
            destination.jumps = proxyJump.lowercased() == "none" ? [] : proxyJump.split(separator: ",").map(String.init)
        }
        return destination
    }
}
