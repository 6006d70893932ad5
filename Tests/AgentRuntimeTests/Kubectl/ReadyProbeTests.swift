import FoundationEssentials
import Processes
import SystemPackage
import Testing

@testable import AgentRuntime

@Suite struct ReadyProbeTests {
    private func command(_ user: String, server: String = "https://127.0.0.1:6443", in folder: FilePath) throws
        -> Command?
    {
        let text = """
            {"kind": "Config", "current-context": "default",
             "clusters": [{"name": "default",
               "cluster": {"server": "\(server)", "certificate-authority-data": "QQ=="}}],
             "users": [{"name": "default", "user": {\(user)}}]}
            """
        return try JSONDecoder().decode(APIAccess.self, from: Data(text.utf8)).command(in: folder)
    }

    private func text(_ path: FilePath) throws -> String {
        String(decoding: try PlainFile.open(path).bytes(limit: 1000), as: UTF8.self)
    }

    @Test func certificatesLieInFilesOfRootsOwn() throws {
        let folder = try TemporaryFolder().path.appending("probe")
        let made = try command(#""client-certificate-data": "Qg==", "client-key-data": "Qw==""#, in: folder)
        let command = try #require(made)
        #expect(command.program == .named("curl"))
        #expect(command.arguments.suffix(2) == ["--", "https://127.0.0.1:6443/readyz"])
        for (option, name, content) in [
            ("--cacert", "authority.pem", "A"), ("--cert", "client.pem", "B"), ("--key", "client.key", "C"),
        ] {
            let index = try #require(command.arguments.firstIndex(of: option))
            let file = folder.appending(name)
            #expect(command.arguments[index + 1] == file.string)
            #expect(try text(file) == content)
            #expect(try FileFacts(at: file)?.mode == .ownerReadWrite)
        }
        #expect(try FileFacts(at: folder)?.mode == .ownerReadWriteExecute)
    }

    @Test func aTokenIsOnNoCommandLine() throws {
        let folder = try TemporaryFolder().path.appending("probe")
        let command = try #require(try command(#""token": "secret-token""#, in: folder))
        #expect(!command.description.contains("secret-token"))
        #expect(command.arguments.contains("@\(folder.appending("header"))"))
        #expect(try text(folder.appending("header")) == "Authorization: Bearer secret-token\n")
    }

    @Test(arguments: [
        (#""exec": {"command": "x"}"#, "https://127.0.0.1:6443"), (#""token": "t""#, "unix:///run/api"),
    ])
    func whatCurlCannotUseIsLeftToKubectl(user: String, server: String) throws {
        let folder = try TemporaryFolder().path.appending("probe")
        #expect(try command(user, server: server, in: folder) == nil)
    }
}
