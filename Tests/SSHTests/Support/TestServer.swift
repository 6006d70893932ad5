import Foundation
import Glibc

@testable import SSH

/// A real OpenSSH server on loopback with host key, client key and configuration of its own.
final class TestServer: Sendable {
    let scratch: Scratch
    let port: Int
    private let daemon: Daemon

    /// - Parameter configuration: lines of sshd_config, where the first value of an option counts.
    static func start(_ configuration: String = "", hostKeyType: String = "ed25519") async throws -> TestServer {
        // sshd refuses to start without the folder for its privilege separation.
        if mkdir("/run/sshd", 0o755) != 0, errno != EEXIST { throw SSHError.system("making /run/sshd", errno) }
        let scratch = try Scratch()
        try await Keys.make(scratch.file("host"), type: hostKeyType)
        try await Keys.make(scratch.file("id"))
        try scratch.write(scratch.read("id.pub"), to: "authorized_keys")
        let port = try LoopbackSocket.freePort()
        try scratch.write(
            """
            \(configuration)
            ListenAddress 127.0.0.1
            Port \(port)
            HostKey \(scratch.file("host"))
            AuthorizedKeysFile \(scratch.file("authorized_keys"))
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            MaxStartups 200:30:400
            MaxSessions 40
            # Nothing of this machine's user, such as a slow .bashrc, shall take part.
            SetEnv HOME=\(scratch.path)
            """, to: "sshd_config")
        let daemon = try await Daemon.start(
            ["/usr/sbin/sshd", "-D", "-e", "-f", scratch.file("sshd_config")], until: "Server listening")
        let server = TestServer(scratch: scratch, port: port, daemon: daemon)
        try server.trust()
        return server
    }

    private init(scratch: Scratch, port: Int, daemon: Daemon) {
        self.scratch = scratch
        self.port = port
        self.daemon = daemon
    }

    /// What sshd has logged last.
    var log: String { daemon.said }

    /// Writes the host's key to `known_hosts`, under the name of the destination.
    func trust() throws {
        try scratch.write("[127.0.0.1]:\(port) \(hostKeyLine)\n", to: "known_hosts")
    }

    /// Type and base64.
    var hostKeyLine: String {
        get throws { try scratch.read("host.pub").split(separator: " ").prefix(2).joined(separator: " ") }
    }

    var destination: Destination {
        Destination(
            name: "node", host: "127.0.0.1", port: port, user: "root", identityFiles: [scratch.file("id")],
            knownHostsFiles: [scratch.file("known_hosts")])
    }

    func connect(
        _ change: (inout Destination, inout ConnectOptions) -> Void = { _, _ in }
    ) async throws(SSHError) -> SSHSession {
        var destination = destination
        var options = ConnectOptions()
        options.timeout = .seconds(120)
        change(&destination, &options)
        return try await .connect(to: destination, options: options)
    }
}
