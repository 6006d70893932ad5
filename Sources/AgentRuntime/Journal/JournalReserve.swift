internal import SystemPackage

/// Room on the journal's disk that is kept for the records of a step that is under way when the disk fills up: with it
/// the step ends, and its end is told.
struct JournalReserve {
    /// Bytes. A step's records are some ten, of a kilobyte or so.
    static let size = 256 * 1024

    let path: FilePath

    private var isWhole: Bool { (try? FileFacts(at: path))?.size == Int64(Self.size) }

    /// Takes the room again if it was spent.
    func fill() throws(NodeError) {
        guard !isWhole else { return }
        var generator = SystemRandomNumberGenerator()
        // Bytes of chance: a file system that compresses would keep no room for any others.
        let words = (0..<Self.size / 8).map { _ in UInt64.random(in: .min ... .max, using: &generator) }
        let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        try Durable.replace(path, with: bytes, mode: .ownerReadWrite)
    }

    /// Gives the room away.
    ///
    /// - Returns: whether there was any.
    func spend() -> Bool {
        guard (try? FileFacts(at: path)) != nil else { return false }
        return (try? Durable.remove(path)) != nil
    }
}
