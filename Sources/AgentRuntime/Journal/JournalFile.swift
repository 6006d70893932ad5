package import AgentCore
internal import FoundationEssentials
package import SystemPackage
internal import Wire

/// The agent's records on disk. What `append` has returned from survives a power loss.
///
/// The highest promise is kept a second time, in a file of its own: a damaged journal may lose what a run did, and must
/// never lose which epochs are fenced off.
package final class JournalFile {
    /// What was found when the journal was opened.
    package struct Opened {
        package let journal: JournalFile
        package let state: AgentState
        /// Where a damaged journal was set aside; nil where it was whole.
        package let damaged: FilePath?
    }

    package static let header = "k3s-upgrade-journal 1\n"
    private static let name = "journal"
    /// Bytes that are read at most: a larger journal is none that this program wrote.
    static let readLimit = 64 << 20

    private let path: FilePath
    private let promisePath: FilePath
    private let reserve: JournalReserve
    private let write: Write
    /// Bytes behind which the journal is written anew as a checkpoint.
    private let growth: Int64
    /// What the records add up to.
    private var state: AgentState
    /// Nil where the file has to be opened anew.
    private var descriptor: FileDescriptor?
    /// Bytes of the file that are whole records and on the disk.
    private var end: Int64 = 0
    /// Whether something of a record that was not acknowledged may stand behind them.
    private var isTorn = false

    /// Writes all of the bytes, and flushes them to the disk.
    typealias Write = (FileDescriptor, [UInt8]) throws -> Void

    private init(
        path: FilePath, promisePath: FilePath, reserve: JournalReserve, state: AgentState, growth: Int64,
        write: @escaping Write
    ) {
        self.path = path
        self.promisePath = promisePath
        self.reserve = reserve
        self.state = state
        self.growth = growth
        self.write = write
    }

    deinit { try? descriptor?.close() }

    /// Opens the journal in `folder`, which is made if it is missing. A last line that a power loss tore is left out;
    /// anything else that is damaged sets the journal aside.
    package static func open(in folder: FilePath) throws(NodeError) -> Opened {
        try open(in: folder) { (descriptor, bytes) in
            try descriptor.writeAll(bytes)
            try descriptor.synchronize()
        }
    }

    /// - Parameter write: the disk, where a test wants another.
    static func open(
        in folder: FilePath, growth: Int64 = 4 << 20, write: @escaping Write
    ) throws(NodeError) -> Opened {
        try Durable.createFolder(folder, mode: .ownerReadWriteExecute)
        let path = folder.appending(name)
        let promisePath = folder.appending("promise")
        var damaged: FilePath?
        var state = AgentState()
        if let bytes = try PlainFile.bytesIfPresent(path, limit: readLimit) {
            if let records = records(in: bytes) {
                state = AgentState(records: records)
            } else {
                let aside = folder.appending("journal.damaged")
                try Durable.move(path, to: aside)
                damaged = aside
            }
        }
        if let bytes = try PlainFile.bytesIfPresent(promisePath, limit: JournalLine.limit),
            let promise = bytes.split(separator: 10).first.flatMap({ JournalLine.decode($0) })
        {
            state.apply(promise)
        }
        let journal = JournalFile(
            path: path, promisePath: promisePath, reserve: JournalReserve(path: folder.appending("reserve")),
            state: state, growth: growth, write: write)
        // Without a torn line at its end, and bounded in its growth.
        try journal.withReserve { () throws(NodeError) in try journal.rewrite() }
        // On a full disk an agent starts all the same, since a step of an earlier life may have to go on.
        try? journal.reserve.fill()
        return Opened(journal: journal, state: state, damaged: damaged)
    }

    /// What the journal in `folder` adds up to, for who only reads it; nil where there is none or it is damaged.
    package static func state(in folder: FilePath) throws(NodeError) -> AgentState? {
        guard let bytes = try PlainFile.bytesIfPresent(folder.appending(name), limit: readLimit) else { return nil }
        return records(in: bytes).map { AgentState(records: $0) }
    }

    /// The records of a journal's bytes; nil where something other than a torn last line is wrong with them.
    package static func records(in bytes: [UInt8]) -> [Record]? {
        let head = Array(header.utf8)
        guard bytes.starts(with: head) else { return nil }
        let lines = bytes[head.count...].split(separator: 10, omittingEmptySubsequences: false)
        var records: [Record] = []
        for (index, line) in lines.enumerated() {
            guard let record = JournalLine.decode(line) else {
                // The last piece has no newline behind it: empty, or torn off.
                return index == lines.count - 1 ? records : nil
            }
            // A whole record without its newline was not acknowledged, but it is whole.
            records.append(record)
        }
        return records
    }

    /// Puts one checkpoint in the place of all records.
    private func rewrite() throws(NodeError) {
        let line: [UInt8]
        do {
            line = try JournalLine.encode(.checkpoint(state))
        } catch {
            throw NodeError(.journalUnwritable, "the journal's state cannot be written: \(error.reason)")
        }
        // Whether the name is the old file's or the new one's is known only when it is opened again.
        try? descriptor?.close()
        descriptor = nil
        try Durable.replace(path, with: Array(Self.header.utf8) + line, mode: .ownerReadWrite)
    }

    private func opened() throws(NodeError) -> FileDescriptor {
        if let descriptor { return descriptor }
        // A record must not go to a file that a loss of power would put another in the place of.
        try Durable.synchronizeFolder(path.removingLastComponent())
        do {
            let file = try FileDescriptor.open(path, .writeOnly, options: [.append, .closeOnExec, .noFollow])
            end = try file.seek(offset: 0, from: .end)
            descriptor = file
            return file
        } catch {
            throw .file("open", path, error.errno)
        }
    }

    /// What has to hold before a lease is taken up: room for its records, and the reserve whole behind it.
    package func requireRoom() throws(NodeError) {
        try reserve.fill()
        let room = Int64(JournalReserve.size)
        try FreeSpace(at: path).require(room, reserve: 0, at: path, for: "a step's records")
    }

    private func withReserve(_ body: () throws(NodeError) -> Void) throws(NodeError) {
        do {
            try body()
        } catch {
            guard reserve.spend() else { throw error }
            try body()
        }
    }

    /// Writes a record and flushes it to the disk, with the help of the reserve where the disk is full.
    ///
    /// Where that fails nothing of it stays: the piece of a line that got onto a full disk would be damage in the middle
    /// as soon as another stood behind it, and a record that was refused must not be read later.
    package func append(_ record: Record) throws(NodeError) {
        let line: [UInt8]
        do {
            line = try JournalLine.encode(record)
        } catch {
            throw NodeError(.journalUnwritable, "a record cannot be written: \(error.reason)")
        }
        try withReserve { () throws(NodeError) in
            if case .promised = record { try Durable.replace(promisePath, with: line, mode: .ownerReadWrite) }
            try append(line)
        }
        state.apply(record)
        // One that fails is tried again behind the next record.
        if end > growth { try? rewrite() }
    }

    private func append(_ line: [UInt8]) throws(NodeError) {
        let file = try opened()
        do {
            if isTorn { try takeBack(file) }
            isTorn = true
            try write(file, line)
            isTorn = false
            end += Int64(line.count)
        } catch {
            try? takeBack(file)
            throw NodeError(
                .journalUnwritable, "the journal \(path) cannot be written", cause: error,
                wayOut: "free some space on its disk")
        }
    }

    private func takeBack(_ file: FileDescriptor) throws {
        try file.resize(to: end)
        try file.synchronize()
        isTorn = false
    }
}

extension NodeError.Code {
    package static let journalUnwritable = Self(rawValue: "journal-unwritable")
}
