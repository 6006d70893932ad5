import CoordinatorRuntime
import Glibc
import SystemPackage
import Testing
import Wire

/// With the machine's real ssh-keygen.
@Suite struct CoordinatorKeyTests {
    private let folder: TemporaryFolder
    private let path: FilePath

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path.appending("config/k3s-upgrade/id_ed25519")
    }

    private func ensure() async throws -> CoordinatorKey {
        try await CoordinatorKey.ensure(at: path, comment: "k3s-upgrade ops@laptop", commands: .children())
    }

    @Test func makesAPrivatePairOnce() async throws {
        let key = try await ensure()
        #expect(key.publicKey.algorithm == "ssh-ed25519")
        #expect(key.publicKey.comment == "k3s-upgrade ops@laptop")
        #expect(try Stat(path).permissions == .ownerReadWrite)
        #expect(try Stat(path.removingLastComponent()).permissions == .ownerReadWriteExecute)
        #expect(try await ensure() == key)
    }

    @Test func derivesALostPublicHalf() async throws {
        let key = try await ensure()
        #expect(unlink("\(path).pub") == 0)
        #expect(try await ensure().publicKey.isSame(as: key.publicKey))
    }

    @Test func makesANewPairWhereOnlyThePublicHalfIsLeft() async throws {
        let key = try await ensure()
        #expect(unlink(path.string) == 0)
        #expect(try await ensure().publicKey.isSame(as: key.publicKey) == false)
    }

    @Test func refusesAKeyThatOthersCouldRead() async throws {
        _ = try await ensure()
        #expect(chmod(path.string, 0o640) == 0)
        let error = try await #require(throws: CoordinatorError.self) { try await ensure() }
        #expect(error.code == .keyUnusable)
    }

    @Test func refusesWhatIsNoKey() async throws {
        try write(Array("nothing".utf8), to: folder.path.appending("id"))
        let path = folder.path.appending("id")
        let error = try await #require(throws: CoordinatorError.self) {
            try await CoordinatorKey.ensure(at: path, comment: "c", commands: .children())
        }
        #expect(error.code == .keyUnusable)
        #expect("\(error)".contains("\(path)"))
    }
}
