import Foundation
import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct HostKeyTests {
    @Test func anUnknownKeyIsRefused() async throws {
        let server = try await TestServer.start()
        try server.scratch.write("", to: "known_hosts")
        let error = await failure { () throws(SSHError) in try await server.connect() }
        #expect(error?.code == .hostKeyUnknown)
        let print = try await Keys.fingerprint(server.scratch.file("host.pub"))
        #expect(error?.message == "the host key of node (127.0.0.1:\(server.port)) is not known: ssh-ed25519 \(print)")
        #expect(try server.scratch.read("known_hosts").isEmpty)
    }

    @Test func aMissingFileKnowsNothing() async throws {
        let server = try await TestServer.start()
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in destination.knownHostsFiles = ["/nonexistent/known_hosts"] }
        }
        #expect(error?.code == .hostKeyUnknown)
    }

    @Test(arguments: [false, true]) func aChangedKeyIsRefusedAlways(accepting: Bool) async throws {
        let server = try await TestServer.start()
        try await Keys.make(server.scratch.file("other"))
        let other = try server.scratch.read("other.pub")
        try server.scratch.write("# mine\n[127.0.0.1]:\(server.port) \(other)", to: "known_hosts")
        let before = try server.scratch.read("known_hosts")
        let error = await failure { () throws(SSHError) in
            try await server.connect { if accepting { $1.hostKeys = .acceptNew { _ in true } } }
        }
        #expect(error?.code == .hostKeyChanged)
        let shown = try await Keys.fingerprint(server.scratch.file("host.pub"))
        let known = try await Keys.fingerprint(server.scratch.file("other.pub"))
        #expect(error?.message.contains(shown) == true && error?.message.contains(known) == true)
        #expect(error?.message.contains("line 2 of \(server.scratch.file("known_hosts"))") == true)
        #expect(error?.wayOut.contains("ssh-keygen -R '[127.0.0.1]:\(server.port)'") == true)
        #expect(try server.scratch.read("known_hosts") == before)
    }

    @Test func aFileWithCarriageReturnsIsRead() async throws {
        let server = try await TestServer.start()
        try await Keys.make(server.scratch.file("other"))
        let other = try server.scratch.read("other.pub").split(separator: "\n")[0]
        try server.scratch.write("# mine\r\n[127.0.0.1]:\(server.port) \(other)\r\n", to: "known_hosts")
        let error = await failure { () throws(SSHError) in
            try await server.connect { $1.hostKeys = .acceptNew { _ in true } }
        }
        #expect(error?.code == .hostKeyChanged)
    }

    /// The host has lost the RSA key that is known, and shows an ed25519 one.
    @Test func aKeyOfAnotherTypeIsAChangedOne() async throws {
        let server = try await TestServer.start()
        try await Keys.make(server.scratch.file("other"), type: "rsa")
        try server.scratch.write(
            "[127.0.0.1]:\(server.port) \(try server.scratch.read("other.pub"))", to: "known_hosts")
        let error = await failure { () throws(SSHError) in
            try await server.connect { $1.hostKeys = .acceptNew { _ in true } }
        }
        #expect(error?.code == .hostKeyChanged)
    }

    @Test func theKnownOfSeveralKeysIsAskedFor() async throws {
        let scratch = try Scratch()
        try await Keys.make(scratch.file("rsa"), type: "rsa")
        let server = try await TestServer.start("HostKey \(scratch.file("rsa"))")
        try server.scratch.write("[127.0.0.1]:\(server.port) \(try scratch.read("rsa.pub"))", to: "known_hosts")
        #expect(try await server.connect().hostKey?.type == "ssh-rsa")
    }

    @Test func aNewKeyIsWrittenWhenAccepted() async throws {
        let server = try await TestServer.start()
        try server.scratch.write("# no newline at the end", to: "known_hosts")
        let print = try await Keys.fingerprint(server.scratch.file("host.pub"))
        let session = try await server.connect { _, options in
            options.hostKeys = .acceptNew { key in key.fingerprint == print && key.type == "ssh-ed25519" }
        }
        #expect(await session.isHostKeyNew)
        #expect(await session.hostKey?.fingerprint == print)
        #expect(
            try server.scratch.read("known_hosts")
                == "# no newline at the end\n[127.0.0.1]:\(server.port) \(try server.hostKeyLine)\n")
        #expect(try server.scratch.mode(of: "known_hosts") == 0o600)
        let again = try await server.connect()
        #expect(await again.isHostKeyNew == false)
    }

    @Test func aNewKeyIsNotWrittenWhenDeclined() async throws {
        let server = try await TestServer.start()
        try server.scratch.write("", to: "known_hosts")
        let error = await failure { () throws(SSHError) in
            try await server.connect { $1.hostKeys = .acceptNew { _ in false } }
        }
        #expect(error?.code == .hostKeyUnknown)
        #expect(try server.scratch.read("known_hosts").isEmpty)
    }

    @Test func manyNewKeysAtOnceAreAllWritten() async throws {
        let scratch = try Scratch()
        let file = scratch.file("new/known_hosts")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask { try await Task { try KnownHostsFile(path: file).add(line: "host\(number) x y") }.value }
            }
            try await group.waitForAll()
        }
        let lines = try scratch.read("new/known_hosts").split(separator: "\n")
        #expect(Set(lines) == Set((0..<30).map { "host\($0) x y" }))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("new")) == ["known_hosts"])
    }

    @Test func aLinkStaysALink() throws {
        let scratch = try Scratch()
        try scratch.write("old\n", to: "real")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("known_hosts"), withDestinationPath: scratch.file("real"))
        try KnownHostsFile(path: scratch.file("known_hosts")).add(line: "new")
        #expect(try scratch.read("real") == "old\nnew\n")
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: scratch.file("known_hosts"))) != nil)
    }

    @Test func knowsHashedNamesSecondFilesAndAliases() async throws {
        let server = try await TestServer.start()
        try await Keys.tool(["ssh-keygen", "-H", "-f", server.scratch.file("known_hosts")])
        #expect(try server.scratch.read("known_hosts").hasPrefix("|1|"))
        _ = try await server.connect()
        let second = server.scratch.file("known_hosts")
        _ = try await server.connect { destination, _ in destination.knownHostsFiles = ["/nonexistent", second] }
        try server.scratch.write("the-master \(try server.hostKeyLine)\n", to: "known_hosts")
        _ = try await server.connect { destination, _ in destination.hostKeyAlias = "the-master" }
    }

    /// The lines of a file that is not asked for trust count where they take it away.
    @Test func whatIsRevokedElsewhereIsRefusedToo() async throws {
        let server = try await TestServer.start()
        try await Keys.make(server.scratch.file("other"))
        let other = try server.scratch.read("other.pub")
        try server.scratch.write("[127.0.0.1]:\(server.port) \(other)", to: "elsewhere")
        let elsewhere = server.scratch.file("elsewhere")
        _ = try await server.connect { destination, _ in destination.revocationFiles = [elsewhere] }
        try server.scratch.write("@revoked * \(try server.hostKeyLine)\n", to: "elsewhere")
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in destination.revocationFiles = [elsewhere] }
        }
        #expect(error?.code == .hostKeyRevoked)
        #expect(error?.message.contains("line 1 of \(elsewhere)") == true)
    }

    @Test func aListOfRevokedKeysIsObeyed() async throws {
        let server = try await TestServer.start()
        let list = server.scratch.file("revoked")
        func error() async -> SSHError? {
            await failure { () throws(SSHError) in
                try await server.connect { destination, _ in destination.revokedKeysFile = list }
            }
        }
        func refusal() async -> SSHError.Code? { await error()?.code }
        #expect(await refusal() == .knownHostsUnusable, "OpenSSH trusts nobody either where it is not there")
        try await Keys.make(server.scratch.file("other"))
        try server.scratch.write("# old keys\nssh-dss AAAA\n" + server.scratch.read("other.pub"), to: "revoked")
        _ = try await server.connect { destination, _ in destination.revokedKeysFile = list }
        try server.scratch.write(server.scratch.read("other.pub") + server.hostKeyLine + "\n", to: "revoked")
        #expect(await refusal() == .hostKeyRevoked)
        for line in [
            "ssh-ed25519 nonsense", "ssh-ed25519", "ssh-nonsense AAAA", "host \(try server.hostKeyLine)", "nonsense",
        ] {
            try server.scratch.write("# old keys\n\(line)\n", to: "revoked")
            #expect(await refusal() == .knownHostsUnusable, "\(line)")
        }
        try await Keys.tool(["ssh-keygen", "-k", "-f", list, server.scratch.file("other.pub")])
        let binary = await error()
        #expect(binary?.code == .knownHostsUnusable, "a binary list is not read, and that is said")
        #expect(binary?.message.contains(list) == true && binary?.cause?.contains("binary") == true)
        #expect(binary?.wayOut.contains("RevokedHostKeys") == true)
    }

    @Test func switchedOffKnownHostsStaySo() throws {
        try KnownHostsFile(path: "/dev/null").add(line: "host x y")
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(type == .typeCharacterSpecial)
    }

    @Test func aRevokedKeyIsRefusedThoughKnown() async throws {
        let server = try await TestServer.start()
        let known = try server.scratch.read("known_hosts")
        try server.scratch.write(known + "@revoked * \(try server.hostKeyLine)\n", to: "known_hosts")
        let error = await failure { () throws(SSHError) in try await server.connect() }
        #expect(error?.code == .hostKeyRevoked)
        #expect(error?.message.contains("line 2") == true)
    }

    @Test func aFileThatCannotBeReadIsAnError() async throws {
        let server = try await TestServer.start()
        let folder = server.scratch.path
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in destination.knownHostsFiles.append(folder) }
        }
        #expect(error?.code == .knownHostsUnusable)
        #expect(error?.message.contains(folder) == true)
    }
}
