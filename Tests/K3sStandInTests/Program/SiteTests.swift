import Glibc
import Hashing
import Testing

@testable import K3sStandIn

/// The release site over the network: whole programs, slow ones, and what its log says.
@MainActor @Suite(.serialized) struct SiteTests {
    @Test func programsArriveWhole() async throws {
        try await TestCluster.run { cluster in
            let size = 5_000_000
            let program = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for version in ["v1.34.3+k3s1", "v1.35.1+k3s1"] {
                try Files.write(program, to: "\(cluster.folder)/\(version)/k3s", mode: 0o755)
            }
            let node = try cluster.node("site")
            let log = cluster.folder + "/access.log"
            let process = try ChildProcess(
                [
                    try TestCluster.program(), "site", "--root", cluster.folder, "--listen", node.address + ":6443",
                    "--log", log, "--fault", "slow=10000000@v1.35.1+k3s1",
                ], environment: node.environment, output: node.folder + "/output")
            defer { process.signal(SIGKILL) }
            try await eventually("the site answers") {
                (try? await node.http("GET", "/v1-release/channels", bearer: nil).status) == 200
            }
            let clock = ContinuousClock()
            for (version, atLeast) in [("v1.34.3%2Bk3s1", Duration.zero), ("v1.35.1+k3s1", .milliseconds(400))] {
                let start = clock.now
                let answer = try await node.http("GET", "/releases/download/\(version)/k3s", bearer: nil)
                #expect(clock.now - start >= atLeast)
                #expect(SHA256.hex(of: answer.body) == SHA256.hex(of: program))
                let list = try await node.http("GET", "/releases/download/\(version)/sha256sum-amd64.txt", bearer: nil)
                #expect(String(decoding: list.body, as: UTF8.self) == "\(SHA256.hex(of: program))  k3s\n")
            }
            let paths = (Files.readText(log) ?? "").split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
            #expect(paths.contains { $0["path"] == "/releases/download/v1.34.3+k3s1/k3s" && $0["status"] == 200 })
        }
    }
}
