import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct AuthenticationTests {
    /// A server that takes the key `name` of a fresh folder, and no other.
    private func server(
        takingKey type: String = "ed25519", passphrase: String = "", _ configuration: String = ""
    ) async throws -> (TestServer, String) {
        let server = try await TestServer.start(configuration)
        let path = server.scratch.file("mine")
        try await Keys.make(path, type: type, passphrase: passphrase)
        try server.scratch.write(server.scratch.read("mine.pub"), to: "authorized_keys")
        return (server, path)
    }

    @Test(arguments: ["ed25519", "rsa", "ecdsa"]) func takesKeyFiles(type: String) async throws {
        let (server, path) = try await server(takingKey: type)
        _ = try await server.connect { destination, _ in destination.identityFiles = [path] }
    }

    @Test func aWrongKeyIsRefusedByName() async throws {
        let (server, _) = try await server()
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in destination.identityFiles.append("/nonexistent/id") }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.message == "node (127.0.0.1:\(server.port)) does not let root in")
        let print = try await Keys.fingerprint(server.scratch.file("id.pub"))
        #expect(error?.cause?.contains("\(server.scratch.file("id")) (\(print)): refused") == true)
        #expect(error?.cause?.contains("/nonexistent/id: not there") == true)
        #expect(error?.cause?.contains("it takes publickey") == true)
    }

    @Test func triesOneKeyAfterTheOther() async throws {
        let (server, path) = try await server()
        _ = try await server.connect { destination, _ in destination.identityFiles.append(path) }
    }

    @Test func aFileThatIsNoKeyIsNamed() async throws {
        let server = try await TestServer.start()
        let path = try server.scratch.write("nonsense\n", to: "nonsense")
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in destination.identityFiles = [path] }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.cause?.contains("\(path): not a usable private key") == true)
    }

    @Test func unlocksAnEncryptedKey() async throws {
        let (server, path) = try await server(passphrase: "open sesame")
        _ = try await server.connect { destination, options in
            destination.identityFiles = [path]
            options.passphrase = { $0 == path ? "open sesame" : nil }
        }
    }

    @Test func asksAgainForAWrongPassphrase() async throws {
        let (server, path) = try await server(passphrase: "open sesame")
        let answers = Answers(["wrong", "open sesame"])
        _ = try await server.connect { destination, options in
            destination.identityFiles = [path]
            options.passphrase = { _ in await answers.next() }
        }
        #expect(await answers.count == 0)
    }

    @Test func anEncryptedKeyThatNobodyUnlocksIsNamed() async throws {
        let (server, path) = try await server(passphrase: "open sesame")
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in destination.identityFiles = [path] }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.cause?.contains("\(path): encrypted") == true)
    }

    /// Nobody is asked for the passphrase of a key that the server would not take.
    @Test func asksForNoPassphraseInVain() async throws {
        let server = try await TestServer.start()
        let path = server.scratch.file("locked")
        try await Keys.make(path, passphrase: "x")
        let answers = Answers(["x"])
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, options in
                destination.identityFiles = [path]
                options.passphrase = { _ in await answers.next() }
            }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(await answers.count == 1)
    }

    @Test func theServersPatienceIsFinite() async throws {
        let (server, path) = try await server("MaxAuthTries 2")
        let wrong = server.scratch.file("wrong")
        try await Keys.make(wrong)
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in
                destination.identityFiles = [destination.identityFiles[0], wrong, path]
            }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.cause?.contains("Too many authentication failures") == true)
    }

    private actor Answers {
        private var left: [String]
        var count: Int { left.count }
        init(_ answers: [String]) { left = answers }
        func next() -> String? { left.isEmpty ? nil : left.removeFirst() }
    }
}
