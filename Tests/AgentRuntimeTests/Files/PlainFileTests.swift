import AgentRuntime
import Glibc
import SystemPackage
import Testing

@Suite struct PlainFileTests {
    @Test func readsUpToItsLimitAndNoFurther() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([UInt8](repeating: 65, count: 1000), to: "/f")
        #expect(try PlainFile.open(path).bytes(limit: 1000).count == 1000)
        let error = #expect(throws: NodeError.self) { try PlainFile.open(path).bytes(limit: 999) }
        #expect(error?.code == .fileTooLarge)
    }

    @Test func aLinkIsFollowedOnlyIfAskedFor() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "/f")
        try symbolicLink(to: folder.path.appending("f"), at: folder.path.appending("l"))
        let error = #expect(throws: NodeError.self) { _ = try PlainFile.open(folder.path.appending("l")).facts }
        #expect(error?.code == .fileNotPlain)
        #expect(try PlainFile.open(folder.path.appending("l"), following: true).bytes(limit: 9) == [120])
    }

    @Test func aPipeInTheWayIsRefusedAndDoesNotBlock() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo(folder.path.appending("pipe").string, 0o600) == 0)
        let error = #expect(throws: NodeError.self) { _ = try PlainFile.open(folder.path.appending("pipe")).facts }
        #expect(error?.code == .fileNotPlain)
    }

    @Test func tailIsTheEnd() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("one\ntwo\nthree\n", to: "/log")
        #expect(try PlainFile.open(path).tail(limit: 6) == Array("three\n".utf8))
        #expect(try PlainFile.open(path).tail(limit: 600) == Array("one\ntwo\nthree\n".utf8))
    }

    @Test func whatIsMissingIsNilOnlyWhereAsked() throws {
        let path = try TemporaryFolder().path.appending("no")
        #expect(try PlainFile.bytesIfPresent(path, limit: 1) == nil)
        #expect(#expect(throws: NodeError.self) { _ = try PlainFile.open(path).facts }?.code == .fileMissing)
    }

    @Test func hashesAsTheStandardSays() async throws {
        let path = try TemporaryFolder()
        let file = try path.write("abc", to: "/abc")
        let digest = try await FileDigest.of(file)
        #expect(digest.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest.size == 3)
    }
}
