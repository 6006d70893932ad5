package import AgentCore
internal import FoundationEssentials
internal import Hashing
package import Wire

/// A journal record as a line: the first half of the SHA-256 of what follows, a blank, and the record as JSON.
package enum JournalLine {
    /// Bytes of one line at most: a plan and a checkpoint fit.
    static let limit = 4 << 20
    private static let checksumLength = 32

    package static func encode(_ record: Record) throws(FrameCodec.Malformed) -> [UInt8] {
        sealed(try FrameCodec.text(of: record))
    }

    /// The line of a record's text.
    package static func sealed(_ text: [UInt8]) -> [UInt8] { Array(checksum(of: text).utf8) + [32] + text + [10] }

    /// Nil for a line that is not whole, or not as it was written.
    package static func decode(_ line: some Collection<UInt8>) -> Record? {
        let bytes = Array(line)
        guard bytes.count > checksumLength + 1, bytes[checksumLength] == 32 else { return nil }
        let text = Array(bytes[(checksumLength + 1)...])
        guard Array(checksum(of: text).utf8) == Array(bytes[..<checksumLength]) else { return nil }
        return try? JSONDecoder().decode(Record.self, from: Data(text))
    }

    private static func checksum(of text: [UInt8]) -> String {
        String(SHA256.hex(of: text).prefix(checksumLength))
    }
}
