import AgentRuntime
import SystemPackage
import Testing

/// The built-in files against the project's own copies, and against what the rest of the agent takes for granted.
@Suite struct PackagedFileTests {
    static let deploy = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("deploy/agent")

    @Test(arguments: PackagedFile.all)
    func isTheProjectsFileAtItsPath(file: PackagedFile) throws {
        let source = Self.deploy.appending(file.path.removingRoot().components)
        #expect(try PlainFile.bytesIfPresent(source, limit: 64 * 1024) == file.bytes)
    }

    @Test func everyFileOfTheProjectIsInstalled() throws {
        let found = try Folder.files(below: Self.deploy).map { FilePath("/").appending($0.components) }
        #expect(Set(found) == Set(PackagedFile.all.map(\.path)))
    }

    @Test func namesAgreeAcrossTheFiles() {
        func text(_ file: PackagedFile) -> String { String(decoding: file.bytes, as: UTF8.self) }
        #expect(text(.socket).contains("ListenStream=\(AgentPlaces.socket)\n"))
        #expect(text(.socket).contains("SocketGroup=\(AgentPlaces.account)\n"))
        #expect(text(.service).contains("ExecStart=\(AgentPlaces.binary) run\n"))
        #expect(text(.service).contains("Requires=\(AgentPlaces.socketUnit)\n"))
        #expect(text(.account).hasPrefix("u \(AgentPlaces.account) - "))
        #expect(text(.account).hasSuffix("\(AgentPlaces.home) \(AgentPlaces.shell)\n"))
        #expect(text(.state) == "d \(AgentPlaces.state) 0700 root root -\n")
    }
}
