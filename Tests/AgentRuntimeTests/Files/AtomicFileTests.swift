import AgentRuntime
import SystemPackage
import Testing

@Suite struct AtomicFileTests {
    @Test func appearsWholeWithItsModeAndLeavesNoOther() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("unit")
        try Durable.replace(path, with: Array("old".utf8), mode: .ownerReadWrite)
        let file = try AtomicFile.create(at: path, mode: FilePermissions(rawValue: 0o640))
        try file.write(Array("new".utf8))
        #expect(try folder.text("unit") == "old")
        try file.commit()
        #expect(try folder.text("unit") == "new")
        #expect(try FileFacts(at: path)?.mode == FilePermissions(rawValue: 0o640))
        #expect(try Folder.names(in: folder.path) == ["unit"])
    }

    @Test func droppedItLeavesNothing() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try AtomicFile.create(at: folder.path.appending("k3s"), mode: .ownerReadWrite)
            try file.write([1, 2, 3])
        }
        #expect(try Folder.names(in: folder.path).isEmpty)
    }

    @Test func aLinkInTheWayIsReplacedAndItsTargetLeftAlone() throws {
        let folder = try TemporaryFolder()
        try folder.write("precious", to: "/target")
        try symbolicLink(to: folder.path.appending("target"), at: folder.path.appending("link"))
        try symbolicLink(
            to: folder.path.appending("target"), at: folder.path.appending("link" + AtomicFile.suffix))
        try Durable.replace(folder.path.appending("link"), with: Array("mine".utf8), mode: .ownerReadWrite)
        #expect(try folder.text("target") == "precious")
        #expect(try FileFacts(at: folder.path.appending("link"))?.kind == .file)
    }

    @Test func aFullDiskIsToldApart() throws {
        for errno in [Errno.noSpace, .diskQuotaExceeded] {
            let error = NodeError.file("write", "/x", errno)
            #expect(error.code == .diskFull)
            #expect(error.wayOut != nil)
        }
        #expect(NodeError.file("write", "/x", .ioError).code == .fileFailed)
    }
}
