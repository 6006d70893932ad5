import CoordinatorRuntime
import Testing
import Wire

@Suite struct ReleaseClientTests {
    static let site = ReleaseSite()
    static let digest = String(repeating: "0f", count: 32)

    private func client(_ answer: @escaping Fetcher.Run) -> ReleaseClient {
        ReleaseClient(site: Self.site, fetcher: Fetcher(answer))
    }

    private func version(_ text: String) throws -> K3sVersion { try #require(K3sVersion(text)) }

    @Test func asksForTheListOfEachArchitectureOnce() async throws {
        let client = client { (fetch) throws(FetchFailure) in
            let place = "https://github.com/k3s-io/k3s/releases/download/v1.35.1%2Bk3s1/"
            switch fetch.address.text {
            case place + "sha256sum-amd64.txt": return Array("\(Self.digest)  k3s\n".utf8)
            case place + "sha256sum-arm64.txt": return Array("\(Self.digest)  k3s-arm64\n".utf8)
            default: throw .status(500)
            }
        }
        let binaries = try await client.binaries(of: version("v1.35.1+k3s1"), for: [.arm64, .amd64, .arm64])
        #expect(
            binaries == [
                PlannedRelease.Binary(architecture: .amd64, sha256: Self.digest),
                PlannedRelease.Binary(architecture: .arm64, sha256: Self.digest),
            ])
    }

    @Test func aVersionTheSiteHasNotIsRefusedWithAWayOut() async throws {
        let client = client { (_) throws(FetchFailure) in throw .status(404) }
        let target = try version("v1.35.99+k3s1")
        let error = try await #require(throws: CoordinatorError.self) {
            try await client.binaries(of: target, for: [.amd64])
        }
        #expect(error.code == .versionNotReleased)
        #expect(error.kind == .refused)
        #expect("\(error)".contains("v1.35.99+k3s1"))
        #expect(error.wayOut.contains("coordinator status"))
    }

    @Test(arguments: [FetchFailure.status(503), .unreachable("could not resolve"), .notRun("no curl")])
    func aSiteThatDoesNotAnswerIsNamed(failure: FetchFailure) async throws {
        let client = client { (_) throws(FetchFailure) in throw failure }
        let target = try version("v1.35.1+k3s1")
        let error = try await #require(throws: CoordinatorError.self) {
            try await client.binaries(of: target, for: [.amd64])
        }
        #expect(error.code == .releaseSiteUnreachable)
        #expect(error.kind == .unreachable)
        #expect("\(error)".contains("https://github.com/k3s-io/k3s/releases"))
    }

    @Test(arguments: ["<html>sign in</html>", "", "\(digest)  k3s-arm64\n"])
    func aListThatIsNoneIsNamed(text: String) async throws {
        let client = client { (_) throws(FetchFailure) in Array(text.utf8) }
        let target = try version("v1.35.1+k3s1")
        let error = try await #require(throws: CoordinatorError.self) {
            try await client.binaries(of: target, for: [.amd64])
        }
        #expect(error.code == .releaseListMalformed)
    }

    @Test func theInstallerIsPinnedByItsBytes() async throws {
        let script = client { (_) throws(FetchFailure) in Array("#!/bin/sh\nexit 0\n".utf8) }
        #expect(
            try await script.installerSHA256() == "306c6ca7407560340797866e077e053627ad409277d1b9da58106fce4cf717cb")
        let page = client { (_) throws(FetchFailure) in Array("<html>".utf8) }
        let error = try await #require(throws: CoordinatorError.self) { try await page.installerSHA256() }
        #expect(error.code == .releaseListMalformed)
    }

    @Test func channelsComeFromTheirOwnAddress() async throws {
        let client = client { (fetch) throws(FetchFailure) in
            guard fetch.address.text == "https://update.k3s.io/v1-release/channels" else { throw .status(404) }
            return Array(ReleaseChannelsTests.list.utf8)
        }
        #expect(try await client.channels().stable == version("v1.34.5+k3s1"))
    }
}
