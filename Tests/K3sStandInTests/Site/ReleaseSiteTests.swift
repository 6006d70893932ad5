import Hashing
import Testing

@testable import K3sStandIn

@Suite struct ReleaseSiteTests {
    @Test func ordersReleases() {
        let names = ["v1.35.1+k3s1", "v1.35.1-rc1+k3s1", "v1.34.10+k3s1", "v1.34.9+k3s2", "v1.34.9+k3s1"]
        #expect(names.shuffled().sorted(by: ReleaseOrder.precedes) == names.reversed())
    }

    @Test @MainActor func channelsAndRedirects() async throws {
        try await withSite { site, _ in
            let channels = try await json(site.respond(to: get("/v1-release/channels")))["data"].elements
            let latest = Dictionary(
                uniqueKeysWithValues: channels.map { ($0["name"].string ?? "", $0["latest"].string ?? "") })
            #expect(
                latest == [
                    "stable": "v1.35.1+k3s1", "latest": "v1.36.0-rc1+k3s1", "testing": "v1.36.0-rc1+k3s1",
                    "v1.34": "v1.34.3+k3s1", "v1.35": "v1.35.1+k3s1",
                ])
            let redirect = await site.respond(to: get("/v1-release/channels/stable"))
            #expect(redirect.status == 302)
            #expect(redirect.headers.contains { $0 == ("Location", "/releases/tag/v1.35.1+k3s1") })
        }
    }

    @Test @MainActor func checksumsAreOfTheProgramsEvenIfThoseAreCorrupt() async throws {
        try await withSite { site, _ in
            for version in ["v1.34.3+k3s1", "v1.35.1%2Bk3s1"] {
                let list = try await text(site.respond(to: get("/releases/download/\(version)/sha256sum-amd64.txt")))
                let name = version == "v1.34.3+k3s1" ? "v1.34.3+k3s1" : "v1.35.1+k3s1"
                #expect(list == "\(SHA256.hex(of: Array("program \(name)".utf8)))  k3s\n")
            }
            let corrupt = try await text(site.respond(to: get("/releases/download/v1.35.1+k3s1/k3s")))
            #expect(corrupt != "program v1.35.1+k3s1")
            #expect(corrupt.utf8.count == "program v1.35.1+k3s1".utf8.count)
        }
    }

    @Test(arguments: [
        "/releases/download/v1.36.0-rc1+k3s1/k3s", "/releases/download/v9.9.9+k3s1/k3s", "/../etc/passwd",
        "/releases/download/v1.34.3+k3s1/..", "/v1-release/channels/v1.20", "/",
    ])
    @MainActor func notFound(path: String) async throws {
        try await withSite { site, _ in
            #expect(await site.respond(to: get(path)).status == 404)
        }
    }

    private func get(_ path: String) -> Request { Request(method: "GET", uri: path, headers: [:], body: []) }

    private func text(_ response: Response) throws -> String {
        switch response.body {
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .file(let path, _, _): return try #require(Files.readText(path))
        case .stream: throw TestFailure("a stream")
        }
    }

    private func json(_ response: Response) throws -> JSON { try JSON(parsing: text(response)) }

    @MainActor private func withSite(_ body: (ReleaseSite, String) async throws -> Void) async throws {
        let cluster = try TestCluster()
        defer { try? Files.removeTree(cluster.folder) }
        for version in ["v1.34.3+k3s1", "v1.35.1+k3s1", "v1.36.0-rc1+k3s1"] {
            try Files.write("program \(version)", to: "\(cluster.folder)/\(version)/k3s", mode: 0o755)
        }
        let faults = ["corrupt@v1.35.1+k3s1", "missing@v1.36.0-rc1+k3s1"].compactMap { SiteFault($0) }
        try await body(ReleaseSite(root: cluster.folder, faults: faults, log: "/dev/null"), cluster.folder)
    }
}
