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
    /// Bytes that are read at most: a larger journal is none that this program wrote.
    static let readLimit = 64 << 20

    private let path: FilePath
    private let promisePath: FilePath
    private let descriptor: FileDescriptor
    private let write: Write
    /// Bytes of the file that are whole records and on the disk.
    private var end: Int64
    /// Whether something of a record that was not acknowledged may stand behind them.
    private var isTorn = false

    /// Writes all of the bytes, and flushes them to the disk.
    typealias Write = (FileDescriptor, [UInt8]) throws -> Void

    private init(
        path: FilePath, promisePath: FilePath, descriptor: FileDescriptor, end: Int64, write: @escaping Write
    ) {
        self.path = path
        self.promisePath = promisePath
        self.descriptor = descriptor
        self.end = end
        self.write = write
    }

    deinit { try? descriptor.close() }

    /// Opens the journal in `folder`, which is made if it is missing. A last line that a power loss tore is left out;
    /// anything else that is damaged sets the journal aside.
    package static func open(in folder: FilePath) throws(NodeError) -> Opened {
        try open(in: folder) { (descriptor, bytes) in
            try descriptor.writeAll(bytes)
            try descriptor.synchronize()
        }
    }

    /// - Parameter write: the disk, where a test wants another.
    static func open(in folder: FilePath, write: @escaping Write) throws(NodeError) -> Opened {
        try Durable.createFolder(folder, mode: .ownerReadWriteExecute)
        let path = folder.appending("journal")
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
        // Rewritten as a checkpoint: without a torn line at its end, and bounded in its growth.
        try rewrite(path, with: state)
        let descriptor: FileDescriptor
        let end: Int64
        do {
            descriptor = try FileDescriptor.open(path, .writeOnly, options: [.append, .closeOnExec, .noFollow])
            end = try descriptor.seek(offset: 0, from: .end)
        } catch {
            throw .file("open", path, error.errno)
        }
        return Opened(
            journal: JournalFile(
                path: path, promisePath: promisePath, descriptor: descriptor, end: end, write: write),
            state: state, damaged: damaged)
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

    private static func rewrite(_ path: FilePath, with state: AgentState) throws(NodeError) {
        let line: [UInt8]
        do {
            line = try JournalLine.encode(.checkpoint(state))
        } catch {
            throw NodeError(.journalUnwritable, "the journal's state cannot be written: \(error.reason)")
        }
        try Durable.replace(path, with: Array(header.utf8) + line, mode: .ownerReadWrite)
    }

    /// Writes a record and flushes it to the disk. Where that fails nothing of it stays: the piece of a line that got onto a
    /// full disk would be damage in the middle as soon as another stood behind it, and a record that was refused must not
    /// be read later.
    package func append(_ record: Record) throws(NodeError) {
        let line: [UInt8]
        do {
            line = try JournalLine.encode(record)
        } catch {
            throw NodeError(.journalUnwritable, "a record cannot be written: \(error.reason)")
        }
        if case .promised = record { try Durable.replace(promisePath, with: line, mode: .ownerReadWrite) }
        do {
            if isTorn { try takeBack() }
            isTorn = true
            try write(descriptor, line)
            isTorn = false
            end += Int64(line.count)
        } catch {
            try? takeBack()
            throw NodeError(
                .journalUnwritable, "the journal \(path) cannot be written", cause: error,
                wayOut: "free some space on its disk")
        }
    }

    private func takeBack() throws {
        try descriptor.resize(to: end)
        try descriptor.synchronize()
        isTorn = false
    }
}

extension NodeError.Code {
    package static let journalUnwritable = Self(rawValue: "journal-unwritable")
}
