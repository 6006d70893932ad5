import AgentRuntime
import SystemPackage
import Testing

@Suite struct SQLiteBackupTests {
    @Test(arguments: [true, false])
    func aCopyIsWholeAndForItsOwnerOnly(wal: Bool) async throws {
        let folder = try TemporaryFolder()
        let source = folder.path.appending("state.db")
        let database = try SampleDatabase.make(at: source, rows: 2000, wal: wal)
        let copy = folder.path.appending("copy with ?#% in it.db")
        let digest = try await SQLiteBackup(of: source, deadline: .seconds(60)).run(to: copy)
        #expect(try await FileDigest.of(copy) == digest)
        #expect(try FileFacts(at: copy)?.mode == .ownerReadWrite)
        #expect(try SampleDatabase(copy).rows() == database.rows())
        try await SQLiteBackup.verify(copy, deadline: .seconds(60))
    }

    @Test func aWriterThatNeverStopsDoesNotHoldItUp() async throws {
        let folder = try TemporaryFolder()
        let source = folder.path.appending("state.db")
        let database = try SampleDatabase.make(at: source, rows: 20_000)
        let writer = Task.detached {
            var commits = 0
            while !Task.isCancelled {
                try database.run("INSERT INTO kine (value) VALUES (randomblob(100))")
                commits += 1
                await Task.yield()
            }
            return commits
        }
        let copy = folder.path.appending("copy.db")
        let result = await Result { try await SQLiteBackup(of: source, deadline: .seconds(120)).run(to: copy) }
        writer.cancel()
        let commits = try await writer.value
        _ = try result.get()
        #expect(commits > 0)
        #expect(try SampleDatabase(copy).rows() >= 20_000)
        #expect(try Folder.names(in: folder.path).filter { $0.hasPrefix("copy") } == ["copy.db"])
    }

    @Test func whatIsNoDatabaseIsSaidToBeDamaged() async throws {
        let folder = try TemporaryFolder()
        let source = try folder.write([UInt8](repeating: 7, count: 8192), to: "/state.db")
        let error = await #expect(throws: NodeError.self) {
            try await SQLiteBackup(of: source, deadline: .seconds(60)).run(to: folder.path.appending("copy"))
        }
        #expect(error?.code == .snapshotCorrupt)
        #expect(try Folder.names(in: folder.path) == ["state.db"])
    }

    @Test func aDamagedPageIsFound() async throws {
        let folder = try TemporaryFolder()
        let source = folder.path.appending("state.db")
        do { _ = try SampleDatabase.make(at: source, rows: 500, wal: false) }
        var bytes = try PlainFile.open(source).bytes(limit: 8 << 20)
        for index in 8192..<12288 { bytes[index] = 0xff }
        try Durable.replace(source, with: bytes, mode: .ownerReadWrite)
        let error = await #expect(throws: NodeError.self) {
            try await SQLiteBackup(of: source, deadline: .seconds(60)).run(to: folder.path.appending("copy"))
        }
        #expect(error?.code == .snapshotCorrupt)
        #expect(try Folder.names(in: folder.path) == ["state.db"])
    }

    @Test func itsDeadlineHolds() async throws {
        let folder = try TemporaryFolder()
        let source = folder.path.appending("state.db")
        _ = try SampleDatabase.make(at: source, rows: 5000)
        let error = await #expect(throws: NodeError.self) {
            try await SQLiteBackup(of: source, deadline: .zero).run(to: folder.path.appending("copy"))
        }
        #expect(error?.code == .commandTimedOut)
        #expect(try Folder.names(in: folder.path).allSatisfy { !$0.hasPrefix("copy") })
    }

    @Test func aColdCopyTakesAllThreeFilesIfThereIsRoom() async throws {
        let folder = try TemporaryFolder()
        let source = folder.path.appending("state.db")
        let database = try SampleDatabase.make(at: source, rows: 10)
        let target = folder.path.appending("cold")
        #expect(try await ColdCopy.take(of: source, to: target, reserve: .max / 2) == nil)
        #expect(try !ColdCopy.isWhole(of: source, in: target))
        let digests = try await ColdCopy.take(of: source, to: target, reserve: 0)
        #expect(digests.map { Set($0.keys) } == ["state.db", "state.db-wal", "state.db-shm"])
        #expect(try SampleDatabase(target.appending("state.db")).rows() == database.rows())
        #expect(try ColdCopy.isWhole(of: source, in: target))
    }

    @Test func aColdCopyKeepsNothingOfOneThatWasCutShort() async throws {
        let folder = try TemporaryFolder()
        let source = folder.path.appending("state.db")
        try folder.write("a database", to: "/state.db")
        try folder.write("another time's", to: "/cold/state.db-wal")
        let target = folder.path.appending("cold")
        #expect(try !ColdCopy.isWhole(of: source, in: target))
        _ = try await ColdCopy.take(of: source, to: target, reserve: 0)
        #expect(try Folder.names(in: target) == ["state.db"])
    }
}

extension Result where Failure == any Error {
    /// The outcome of an asynchronous body.
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
