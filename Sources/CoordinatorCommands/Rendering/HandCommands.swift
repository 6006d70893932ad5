package import CoordinatorRuntime
internal import SSH
internal import Wire

/// What an operator can run to look at a node whose agent does not answer. Only looks: none of it changes anything.
package enum HandCommands {
    package static func lines(for node: InventoryNode, ssh: InventorySSH) -> [String] {
        let unit = node.role.defaultUnit
        var login = ["ssh"]
        if let file = ssh.configuration { login += ["-F", file] }
        if let port = node.port { login += ["-p", String(port)] }
        if let jump = node.proxyJump { login += ["-J", jump] }
        if let file = node.identityFile { login += ["-i", file] }
        if let user = node.user ?? ssh.user { login += ["-l", user] }
        // No `~` is left to the shell, which reads none behind a quote, nor to ssh, which reads none after -F.
        login = (login + ["--", node.address]).map(OperatorPath.expanded)
        let prefix = (try? RemoteCommand(login).line) ?? login.joined(separator: " ")
        var commands = [
            "systemctl status k3s-upgrade-agent.socket k3s-upgrade-agent.service --no-pager",
            "sudo journalctl -u k3s-upgrade-agent --no-pager -n 50",
            "systemctl status \(unit) --no-pager",
            "sudo journalctl -u \(unit) --no-pager -n 50",
            "k3s --version",
            "systemctl list-units 'k3s-upgrade-*' --all --no-pager",
        ]
        if node.role == .server {
            commands += ["sudo k3s kubectl get nodes -o wide", "sudo k3s kubectl get --raw '/readyz?verbose'"]
        }
        return commands.map { "\(prefix) \"\($0)\"" }
    }
}
