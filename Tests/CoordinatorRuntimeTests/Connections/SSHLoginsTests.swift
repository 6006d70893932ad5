import CoordinatorRuntime
import SSH
import Synchronization
import SystemPackage
import Testing
import Wire

/// What the SSH configuration and the inventory make of a login, as `ssh -G` reads the one.
@Suite(.timeLimit(.minutes(2))) struct SSHLoginsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inventory(_ configuration: String, proxyJump: String? = nil) throws -> Inventory {
        let file = folder.path.appending("config")
        try write(Array(configuration.utf8), to: file)
        let node = InventoryNode(
            name: try #require(NodeName("master")), role: .server, address: "master.example", proxyJump: proxyJump)
        return Inventory(
            nodes: [node], ssh: InventorySSH(knownHosts: "/inventory/known_hosts", configuration: file.string))
    }

    private func destination(_ configuration: String, proxyJump: String? = nil) async throws -> Destination {
        let inventory = try inventory(configuration, proxyJump: proxyJump)
        return try await inventory.nodes[0].agentDestination(inventory.ssh)
    }

    @Test func theInventoryAloneSaysWhomToTrust() async throws {
        let destination = try await destination("UserKnownHostsFile /mine\nGlobalKnownHostsFile /system /other")
        #expect(destination.knownHostsFiles == ["/inventory/known_hosts"])
        #expect(destination.revocationFiles == ["/mine", "/system", "/other"])
    }

    @Test(arguments: ["none", "None", "NONE"]) func noneIsNoHost(word: String) async throws {
        #expect(try await destination("ProxyJump gate", proxyJump: word).jumps.isEmpty)
        let direct = try await destination("ProxyCommand nc %h %p", proxyJump: word)
        #expect(direct.jumps.isEmpty)
        try direct.validate()
        let configured = try await destination("ProxyJump \(word)")
        #expect(configured.jumps.isEmpty)
        try await destination("ProxyCommand \(word)").validate()
    }

    @Test func theInventorysWayGoesBeforeTheConfigurations() async throws {
        for line in ["ProxyJump gate", "ProxyCommand nc %h %p"] {
            let destination = try await destination(line, proxyJump: "op@a,b:22")
            #expect(destination.jumps == ["op@a", "b:22"])
            try destination.validate()
        }
    }

    /// Nothing is connected to: the login is refused for another option.
    @Test func whatIsNotDoneIsTold() async throws {
        let inventory = try inventory("ControlMaster auto\nProxyCommand nc %h %p")
        let told = Told()
        let logins = SSHLogins(inventory: inventory, onWarning: { told.add($0) })
        let error = await #expect(throws: CoordinatorError.self) { try await logins.operatorLogin(inventory.nodes[0]) }
        #expect(error?.kind == .usage && error?.message.contains("master") == true)
        #expect(error?.wayOut.contains("proxyJump") == true)
        #expect(told.warnings.map { $0.contains("ControlMaster") } == [true])
    }

    private final class Told: Sendable {
        private let all = Mutex<[String]>([])
        var warnings: [String] { all.withLock { $0 } }
        func add(_ warning: String) { all.withLock { $0.append(warning) } }
    }
}
