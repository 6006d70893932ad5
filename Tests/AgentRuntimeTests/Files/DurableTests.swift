import AgentRuntime
import SystemPackage
import Testing

@Suite struct DurableTests {
    @Test func copyKeepsModeAndTellsTheHashOfWhatItWrote() async throws {
        let folder = try TemporaryFolder()
        // Larger than the buffer, so that more than one piece is copied.
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let source = try folder.write(bytes, to: "/k3s", mode: FilePermissions(rawValue: 0o755))
        let digest = try await Durable.copy(source, to: folder.path.appending("copy"))
        #expect(digest == FileDigest(of: bytes))
        #expect(try await FileDigest.of(folder.path.appending("copy")) == digest)
        #expect(try FileFacts(at: folder.path.appending("copy"))?.mode == FilePermissions(rawValue: 0o755))
    }

    @Test func aCopyThatIsNotWhatWasExpectedIsNotPutInPlace() async throws {
        let folder = try TemporaryFolder()
        let source = try folder.write("changed", to: "/kit")
        try folder.write("present", to: "/unit")
        let error = await #expect(throws: NodeError.self) {
            try await Durable.copy(
                source, to: folder.path.appending("unit"), expecting: FileDigest(of: Array("original".utf8)))
        }
        #expect(error?.code == .hashMismatch)
        #expect(try folder.text("unit") == "present")
        #expect(try Folder.names(in: folder.path) == ["kit", "unit"])
    }

    @Test func foldersAreMadeWithThoseAboveAndTheirModeIsSet() throws {
        let folder = try TemporaryFolder()
        let deep = folder.path.appending("a").appending("b")
        try Durable.createFolder(deep, mode: .ownerReadWriteExecute)
        try Durable.createFolder(deep, mode: FilePermissions(rawValue: 0o750))
        #expect(try FileFacts(at: deep)?.mode == FilePermissions(rawValue: 0o750))
    }

    @Test func aLinkIsNoFolder() throws {
        let folder = try TemporaryFolder()
        try symbolicLink(to: "/tmp", at: folder.path.appending("link"))
        let error = #expect(throws: NodeError.self) {
            try Durable.createFolder(folder.path.appending("link"), mode: .ownerReadWriteExecute)
        }
        #expect(error?.code == .fileNotPlain)
    }

    @Test func aTreeGoesWithoutFollowingItsLinks() throws {
        let folder = try TemporaryFolder()
        try folder.write("precious", to: "/outside/file")
        try folder.write("x", to: "/tree/a/b")
        try symbolicLink(to: folder.path.appending("outside"), at: folder.path.appending("tree/link"))
        try Durable.removeTree(folder.path.appending("tree"))
        try Durable.removeTree(folder.path.appending("tree"))
        #expect(try FileFacts(at: folder.path.appending("tree")) == nil)
        #expect(try folder.text("/outside/file") == "precious")
    }

    @Test func removingNothingIsFine() throws {
        try Durable.remove(TemporaryFolder().path.appending("never"))
    }
}
