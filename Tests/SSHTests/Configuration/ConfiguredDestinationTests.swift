import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct ConfiguredDestinationTests {
    @Test func readsWhatOpenSSHReads() async throws {
        let server = try await TestServer.start()
        try server.scratch.write("Host mast*\n  User root\n", to: "more")
        let file = try server.scratch.write(
            """
            Include \(server.scratch.file("more"))
            Host master
              HostName 127.0.0.1
              Port \(server.port)
              IdentityFile \(server.scratch.file("id"))
              IdentitiesOnly yes
              UserKnownHostsFile \(server.scratch.file("known_hosts"))
              ServerAliveInterval 7
            Match exec "false"
              User nobody
            """, to: "config")
        let destination = try await Destination.configured(name: "master", configurationFile: file)
        #expect(destination.host == "127.0.0.1" && destination.port == server.port && destination.user == "root")
        #expect(destination.identityFiles == [server.scratch.file("id")])
        #expect(destination.identitiesOnly)
        #expect(destination.knownHostsFiles.first == server.scratch.file("known_hosts"))
        #expect(destination.warnings.count == 1)
        #expect(destination.warnings.first?.contains("ServerAliveInterval") == true)
        let session = try await SSHSession.connect(to: destination)
        #expect(try await session.sh("echo on").text == "on\n")
    }

    @Test func theOperatorsWordWins() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("Host master\n  Port 1\n  User nobody\n", to: "config")
        let destination = try await Destination.configured(
            name: "master", user: "op", port: 77, configurationFile: file)
        #expect(destination.port == 77 && destination.user == "op" && destination.host == "master")
    }

    @Test func saysWhatIsWrongWithTheFile() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("Host master\n  NoSuchOption yes\n", to: "config")
        let error = await failure { () throws(SSHError) in
            try await Destination.configured(name: "master", configurationFile: file)
        }
        #expect(error?.code == .configurationInvalid)
        #expect(error?.cause?.lowercased().contains("nosuchoption") == true)
    }

    @Test func aFileThatHangsIsGivenUp() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("Match exec \"sleep 1000\"\n  User nobody\n", to: "config")
        let error = await failure { () throws(SSHError) in
            try await Destination.configured(name: "master", configurationFile: file, timeout: .seconds(1))
        }
        #expect(error?.code == .timedOut)
    }

    @Test func aNameIsNoOption() async throws {
        let error = await failure { () throws(SSHError) in try await Destination.configured(name: "-oProxyCommand=x") }
        #expect(error?.code == .configurationInvalid)
    }
}
