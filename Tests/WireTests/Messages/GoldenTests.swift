import FoundationEssentials
import Testing
import Wire

/// The bytes of every message, in files that a later version must still read and this one must still write. A file
/// that has been released is never changed: a new form gets a new folder.
@Suite struct GoldenTests {
    @Test(arguments: try GoldenSample.all())
    func isWrittenByteForByte(_ sample: GoldenSample) throws {
        #expect(
            String(decoding: try sample.encoded(), as: UTF8.self) == String(decoding: try sample.file(), as: UTF8.self))
    }

    @Test(arguments: try GoldenSample.all())
    func isReadBack(_ sample: GoldenSample) throws {
        var line = try sample.file()
        #expect(line.popLast() == UInt8(ascii: "\n"))
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(try sample.reads(line))
    }

    @Test func noFileIsLeftOver() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: GoldenSample.folder.path)
        #expect(Set(files) == Set(try GoldenSample.all().map { "\($0.name).json" }))
    }

    @Test func everyNameHasItsFile() throws {
        let names = Set(try GoldenSample.all().map(\.name))
        for name in Request.Name.allCases { #expect(names.contains("request-\(name.rawValue)")) }
        for name in Answer.Name.allCases where name != .refused { #expect(names.contains("answer-\(name.rawValue)")) }
        for name in PushReply.Name.allCases { #expect(names.contains("push-\(name.rawValue)")) }
        for name in Event.Name.allCases { #expect(names.contains("event-\(name.rawValue)")) }
    }
}
