import CoordinatorRuntime
import Processes
import Testing

@testable import struct CoordinatorRuntime.CurlNote

/// Against the machine's real curl and a server on loopback.
@Suite struct CurlFetcherTests {
    private let fetcher = Fetcher.curl(.children())

    private func address(_ server: TinyHTTPServer, _ path: String) throws -> SiteAddress {
        try #require(SiteAddress("http://127.0.0.1:\(server.port)\(path)"))
    }

    @Test func fetchesBytesThroughRedirections() async throws {
        let server = try TinyHTTPServer { path in
            path == "/a"
                ? TinyHTTPServer.response("302 Found", "", headers: ["Location: /b%2Bc"])
                : TinyHTTPServer.response("200 OK", "the list\n")
        }
        let bytes = try await fetcher.bytes(Fetch(address(server, "/a"), limit: 100))
        #expect(bytes == Array("the list\n".utf8))
        #expect(server.paths == ["/a", "/b%2Bc"])
    }

    @Test func tellsTheStatus() async throws {
        let server = try TinyHTTPServer { _ in TinyHTTPServer.response("404 Not Found", "gone") }
        let fetch = Fetch(try address(server, "/x"), limit: 100)
        let failure = await #expect(throws: FetchFailure.self) { try await fetcher.bytes(fetch) }
        #expect(failure == .status(404))
        #expect(server.paths.count == 1)
    }

    @Test func triesAServersOwnFaultAgainAndThenStops() async throws {
        let server = try TinyHTTPServer { _ in TinyHTTPServer.response("503 Busy", "") }
        let fetch = Fetch(try address(server, "/x"), limit: 100)
        let failure = await #expect(throws: FetchFailure.self) { try await fetcher.bytes(fetch) }
        #expect(failure == .status(503))
        #expect(server.paths.count == 2)
    }

    @Test func refusesMoreThanItsLimit() async throws {
        let server = try TinyHTTPServer { path in
            let body = String(repeating: "x", count: 5000)
            // Without a length curl cannot know beforehand.
            return path == "/known" ? TinyHTTPServer.response("200 OK", body) : "HTTP/1.0 200 OK\r\n\r\n" + body
        }
        for path in ["/known", "/unknown"] {
            let fetch = Fetch(try address(server, path), limit: 1000)
            let failure = await #expect(throws: FetchFailure.self) { try await fetcher.bytes(fetch) }
            #expect(failure == .tooLarge(limit: 1000))
        }
    }

    @Test func givesUpOnAServerThatSaysNothing() async throws {
        let server = try TinyHTTPServer { _ in nil }
        let fetch = Fetch(try address(server, "/x"), limit: 100, deadline: .seconds(1))
        let failure = await #expect(throws: FetchFailure.self) {
            try await Fetcher.curl(.children(), attempts: 1).bytes(fetch)
        }
        guard case .unreachable? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func tellsThatNothingListens() async throws {
        let server = try TinyHTTPServer { _ in nil }
        let fetch = Fetch(try #require(SiteAddress("http://127.0.0.1:1/")), limit: 100)
        _ = server
        let failure = await #expect(throws: FetchFailure.self) { try await fetcher.bytes(fetch) }
        guard case .unreachable(let reason)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(!reason.isEmpty)
        #expect(!reason.contains("http-status"))
    }

    @Test func neverLeavesEncryption() async throws {
        let seen = try await argv(of: "https://get.k3s.io")
        #expect(seen.contains(["--proto", "=https", "--proto-redir", "=https"]))
        #expect(seen.first == "--disable")
        let plain = try await argv(of: "http://10.77.0.1/x")
        #expect(plain.contains(["--proto", "=http,https", "--proto-redir", "=http,https"]))
    }

    @Test func takesTheStatusFromItsOwnLine() {
        let note = CurlNote("curl: (22) The requested URL returned error: 404\n\nhttp-status 404\n")
        #expect(note.status == 404)
        #expect(note.message.hasPrefix("curl: (22)"))
        #expect(CurlNote("").status == nil)
    }

    private func argv(of text: String) async throws -> [String] {
        let address = try #require(SiteAddress(text))
        let spy = LocalCommands { (command) throws(CoordinatorError) in
            ChildResult(ending: .exited(0), output: Array(command.arguments.joined(separator: "\n").utf8))
        }
        let bytes = try await Fetcher.curl(spy).bytes(Fetch(address, limit: 9999))
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
