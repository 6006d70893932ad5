package import SystemPackage

/// A regular file opened for reading: bounded when read whole, in small pieces otherwise.
package struct PlainFile: ~Copyable {
    /// Bytes held in memory while streaming.
    static let chunk = 64 * 1024
    /// Bytes after which a long hash lets other work run.
    private static let turn = 4 << 20

    package let path: FilePath
    package let facts: FileFacts
    private let descriptor: FileDescriptor

    /// - Parameter following: whether a symbolic link is accepted as the last component. Off where the folder belongs
    ///   to others than root, who could point the link at a file of root's.
    package static func open(_ path: FilePath, following: Bool = false) throws(NodeError) -> PlainFile {
        let descriptor: FileDescriptor
        do {
            // Non-blocking, or a pipe that lies in the way would hold us here for ever.
            descriptor = try FileDescriptor.open(
                path, .readOnly,
                options: following ? [.closeOnExec, .nonBlocking] : [.closeOnExec, .nonBlocking, .noFollow])
        } catch {
            throw .file("read", path, error.errno)
        }
        let facts: FileFacts
        do {
            facts = FileFacts(try descriptor.stat())
        } catch {
            try? descriptor.close()
            throw .file("read", path, error.errno)
        }
        let file = PlainFile(path: path, facts: facts, descriptor: descriptor)
        guard facts.kind == .file else {
            throw NodeError(.fileNotPlain, "cannot read \(path): it is not a plain file")
        }
        return file
    }

    private init(path: FilePath, facts: FileFacts, descriptor: FileDescriptor) {
        self.path = path
        self.facts = facts
        self.descriptor = descriptor
    }

    deinit { try? descriptor.close() }

    /// The next bytes, at most `limit`; empty at the end.
    func next(limit: Int = PlainFile.chunk) throws(NodeError) -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            throw .file("read", path, error.errno)
        }
    }

    /// The whole file, which must not exceed `limit` bytes.
    package func bytes(limit: Int) throws(NodeError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try next(limit: min(Self.chunk, limit + 1 - bytes.count))
            guard !chunk.isEmpty else { return bytes }
            bytes += chunk
            guard bytes.count <= limit else {
                throw NodeError(
                    .fileTooLarge, "cannot read \(path): it has more than the \(limit) bytes expected of it",
                    wayOut: "look at what is in that file")
            }
        }
    }

    /// The last `limit` bytes.
    package func tail(limit: Int) throws(NodeError) -> [UInt8] {
        do {
            _ = try descriptor.seek(offset: max(0, facts.size - Int64(limit)), from: .start)
        } catch {
            throw .file("read", path, error.errno)
        }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let chunk = try next(limit: min(Self.chunk, limit - bytes.count))
            guard !chunk.isEmpty else { break }
            bytes += chunk
        }
        return bytes
    }

    /// Reads to the end in pieces, handing each on.
    package func digest(
        _ pass: (borrowing [UInt8]) throws(NodeError) -> Void = { _ in }
    ) async throws(NodeError) -> FileDigest {
        var summer = DigestBuilder()
        var turn = 0
        while true {
            let chunk = try next()
            guard !chunk.isEmpty else { return summer.finish() }
            summer.add(chunk)
            try pass(chunk)
            turn += chunk.count
            if turn >= Self.turn {
                turn = 0
                await Task.yield()
            }
        }
    }
}

extension PlainFile {
    /// A whole small file, or nil if there is none.
    package static func bytesIfPresent(
        _ path: FilePath, limit: Int, following: Bool = false
    ) throws(NodeError) -> [UInt8]? {
        do {
            return try PlainFile.open(path, following: following).bytes(limit: limit)
        } catch {
            guard error.code == .fileMissing else { throw error }
            return nil
        }
    }
}
