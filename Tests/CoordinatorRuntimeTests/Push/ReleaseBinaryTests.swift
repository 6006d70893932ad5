import Hashing
import SystemPackage
import Testing
import Wire

@testable import CoordinatorRuntime

/// Against the machine's real curl and a server on loopback.
@Suite struct ReleaseBinaryTests {
    private static let body = String(repeating: "k3s ", count: 150_000)
    private static let sha256 = SHA256.hex(of: Array(body.utf8))

    private func fetch(
        _ server: TinyHTTPServer, expecting sha256: String = sha256
    ) async throws -> ReleaseBinary {
        let address = try #require(SiteAddress("http://127.0.0.1:\(server.port)/releases"))
        return try await ReleaseBinary.fetch(
            try #require(K3sVersion("v1.35.1+k3s1")), for: .arm64, sha256: sha256, from: ReleaseSite(releases: address),
            by: .curl(.children()))
    }

    @Test func comesWholeAndInPieces() async throws {
        let server = try TinyHTTPServer { _ in TinyHTTPServer.response("200 OK", Self.body) }
        let binary = try await fetch(server)
        #expect(server.paths == ["/releases/download/v1.35.1%2Bk3s1/k3s-arm64"])
        #expect(binary.order.commandLine == "receive \(Self.sha256) \(Self.body.utf8.count) v1.35.1+k3s1")
        var bytes: [UInt8] = []
        var pieces = 0
        while true {
            let piece = try await binary.piece(from: Int64(bytes.count))
            guard !piece.isEmpty else { break }
            #expect(piece.count <= 256 << 10)
            bytes += piece
            pieces += 1
        }
        #expect(bytes == Array(Self.body.utf8))
        #expect(pieces == 3)
    }

    @Test func anotherThanTheListedIsRefused() async throws {
        let server = try TinyHTTPServer { _ in TinyHTTPServer.response("200 OK", "an error page") }
        let error = await #expect(throws: CoordinatorError.self) { try await fetch(server) }
        #expect(error?.code == .releaseMismatch)
        #expect(error?.message.contains("k3s-arm64") == true)
    }

    @Test(arguments: [
        ("404 Not Found", CoordinatorError.Code.versionNotReleased), ("503 Busy", .releaseSiteUnreachable),
    ])
    func aSiteWithoutItIsNamed(status: String, code: CoordinatorError.Code) async throws {
        let server = try TinyHTTPServer { _ in TinyHTTPServer.response(status, "") }
        let error = await #expect(throws: CoordinatorError.self) { try await fetch(server) }
        #expect(error?.code == code)
        #expect(error?.wayOut.contains("curl") == true)
    }

    @Test func goesIntoTheFileWithinTheKernelsLimit() throws {
        var fetch = Fetch(try #require(SiteAddress("http://127.0.0.1/x")), limit: 1000)
        fetch.destination = "/proc/1/fd/9"
        let command = LocalCommand.curl(fetch)
        #expect(command.name == "prlimit")
        #expect(command.arguments.starts(with: ["--fsize=1000:1000", "curl", "--disable"]))
        #expect(command.arguments.suffix(2) == ["--output", "/proc/1/fd/9"])
    }

    @Test func moreThanTheLimitIsRefusedThoughNoSizeWasTold() async throws {
        let server = try TinyHTTPServer { _ in "HTTP/1.0 200 OK\r\n\r\n" + Self.body }
        var fetch = Fetch(try #require(SiteAddress("http://127.0.0.1:\(server.port)/x")), limit: 1000)
        let file = try NamelessFile()
        fetch.destination = file.path
        let failure = await #expect(throws: FetchFailure.self) {
            try await Fetcher.curl(.children(), attempts: 1).bytes(fetch)
        }
        #expect(failure == .tooLarge(limit: 1000))
        #expect(try await file.bytes(from: 0, limit: 10_000).count <= 1000)
    }
}
