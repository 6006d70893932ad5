import CoordinatorCommands
import SystemPackage
import Testing
import Wire

/// The JSON that leaves the program, byte for byte: what others build on must not move by accident.
@Suite struct DocumentTests {
    private func golden(_ name: String) throws -> String {
        let path = FilePath(#filePath).removingLastComponent().appending("Golden/\(name).json")
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            while true {
                let chunk = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                    count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                if chunk.isEmpty { return String(decoding: bytes, as: UTF8.self) }
                bytes += chunk
            }
        }
    }

    @Test func status() throws {
        let text = try JSONText.of(StatusDocument(try StatusTextTests.status()))
        #expect(try text + "\n" == golden("status"))
    }

    @Test func plan() throws {
        let text = try JSONText.of(PlanDocument(try PlanTextTests.plan()))
        #expect(try text + "\n" == golden("plan"))
    }

    @Test func reportOfARunThatEndedWell() throws {
        let text = try JSONText.of(ReportDocument(try Samples.done()))
        #expect(try text + "\n" == golden("report-done"))
    }

    @Test func reportOfARunThatFailed() throws {
        let text = try JSONText.of(ReportDocument(try Samples.failed()))
        #expect(try text + "\n" == golden("report-failed"))
    }
}
