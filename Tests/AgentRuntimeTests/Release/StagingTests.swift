import AgentRuntime
import Glibc
import Processes
import SystemPackage
import Testing
import Wire

@Suite struct StagingTests {
    private let folder: TemporaryFolder
    private let node: NodeInstallation
    private let staging: Staging
    private let version: K3sVersion
    private let binary = Array("the new k3s".utf8)
    private var digest: FileDigest { FileDigest(of: binary) }

    init() throws {
        folder = try TemporaryFolder()
        node = try SampleNode.master(in: folder)
        staging = Staging(for: node, architecture: .amd64)
        version = try #require(K3sVersion("v1.35.1+k3s1"))
    }

    /// A curl that writes the given bytes by the end of the address.
    private func site(_ files: [String: [UInt8]], status: Int32 = 0, http: String = "200") -> ScriptedRunner {
        ScriptedRunner { (command) throws(NodeError) in
            let arguments = command.arguments
            guard let output = arguments.firstIndex(of: "--output"), let address = arguments.last,
                let file = files.first(where: { address.hasSuffix($0.key) })
            else { return .printed(http, error: "curl: no", status: status == 0 ? 22 : status) }
            try Durable.replace(FilePath(arguments[output + 1]), with: file.value, mode: .ownerReadWrite)
            return .printed("200")
        }
    }

    private let policy = NodePolicy(releases: "https://github.com/k3s-io/k3s/releases", installer: "https://get.k3s.io")

    private func list(_ sha256: String) -> [UInt8] { Array("\(sha256)  k3s\n".utf8) }

    @Test func curlIsBoundedInSizeTimeAndProtocol() throws {
        let address = try #require(WebAddress("https://github.com/x/k3s"))
        let download = Download(
            address, to: "/stage/k3s", limit: 1000, deadline: .seconds(60),
            proxies: ["HTTPS_PROXY": Secret("http://u:canary@p:3128")])
        let command = download.command
        #expect(command.program == .named("prlimit"))
        #expect(
            command.arguments == [
                "--fsize=1000:1000", "curl", "--disable", "--globoff", "--fail", "--silent", "--show-error",
                "--location", "--max-redirs", "5", "--proto", "=https", "--proto-redir", "=https", "--connect-timeout",
                "15", "--max-time", "60", "--speed-limit", "1024", "--speed-time", "30", "--max-filesize", "1000",
                "--output", "/stage/k3s", "--write-out", "%{http_code}", "--url", "https://github.com/x/k3s",
            ])
        #expect(command.environment["HTTPS_PROXY"] == "http://u:canary@p:3128")
        #expect(!command.description.contains("canary"))
    }

    @Test func aVerifiedBinaryIsStagedOnceAndPutInPlaceByARename() async throws {
        let site = site(["/k3s": binary, "sha256sum-amd64.txt": list(digest.sha256)])
        for _ in 1...2 {
            let got = try await staging.fetchBinary(
                version, expected: digest.sha256, policy: policy, deadline: .seconds(60), runner: site.runner)
            #expect(got == digest)
        }
        // The list twice, the binary once.
        #expect(site.commands.count == 3)
        #expect(try await staging.stagedBinary(version) == digest)
        #expect(try FileFacts(at: folder.root.path("/usr/local/bin/.k3s-upgrade"))?.mode == .ownerReadWriteExecute)
        for _ in 1...2 {
            try await staging.place(version, sha256: digest.sha256, over: node.binary)
            #expect(try folder.text("/usr/local/bin/k3s") == "the new k3s")
        }
        #expect(
            try FileFacts(at: folder.root.path("/usr/local/bin/k3s"))?.mode == FilePermissions(rawValue: 0o755))
        #expect(try await staging.stagedBinary(version) == nil)
    }

    @Test func whatWasHashedAMomentAgoCountsUnlessItWasChangedSince() async throws {
        try staging.create()
        let staged = staging.binary(version)
        try Durable.replace(staged, with: binary, mode: .ownerReadWrite)
        // One that has only just been written is not vouched for.
        let settled = try await Poll(every: .milliseconds(20), deadline: .seconds(30)).first {
            () async throws(NodeError) in
            let hashed = try await HashedFile.ofPresent(staged)
            return hashed?.isUnchanged(at: staged) == true ? hashed : nil
        }
        let hashed = try #require(settled)
        #expect(hashed.digest == digest)
        // Of the same length, and with the former time of its last write.
        var times = stat()
        #expect(stat(staged.string, &times) == 0)
        let file = try FileDescriptor.open(staged, .writeOnly)
        try file.closeAfter { _ = try file.writeAll(Array("evil new k3".utf8)) }
        var former = [times.st_atim, times.st_mtim]
        #expect(utimensat(AT_FDCWD, staged.string, &former, 0) == 0)
        #expect(!hashed.isUnchanged(at: staged))
        let error = await #expect(throws: NodeError.self) {
            try await staging.place(version, sha256: digest.sha256, over: node.binary, hashed: hashed)
        }
        #expect(error?.code == .releaseMismatch)
        #expect(try folder.text("/usr/local/bin/k3s") != "the new k3s")
    }

    @Test func aBinaryThatIsNeitherStagedNorInPlaceIsSaidToBeGone() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await staging.place(version, sha256: digest.sha256, over: node.binary)
        }
        #expect(error?.code == .releaseMismatch)
    }

    @Test func aBinaryThatIsNotWhatTheListSaysIsThrownAway() async throws {
        let site = site(["/k3s": Array("evil".utf8), "sha256sum-amd64.txt": list(digest.sha256)])
        let error = await #expect(throws: NodeError.self) {
            try await staging.fetchBinary(
                version, expected: nil, policy: policy, deadline: .seconds(60), runner: site.runner)
        }
        #expect(error?.code == .releaseMismatch)
        #expect(try Folder.names(in: folder.root.path(staging.folder)) == ["v1.35.1+k3s1-sha256sum-amd64.txt"])
    }

    @Test func aPlanThatTheSiteDoesNotConfirmIsRefused() async throws {
        let site = site(["/k3s": binary, "sha256sum-amd64.txt": list(digest.sha256)])
        let error = await #expect(throws: NodeError.self) {
            try await staging.fetchBinary(
                version, expected: String(repeating: "0", count: 64), policy: policy, deadline: .seconds(60),
                runner: site.runner)
        }
        #expect(error?.code == .releaseMismatch)
    }

    @Test(
        arguments: [
            (22, "404", NodeError.Code.releaseMissing), (22, "503", .releaseUnreachable),
            (28, "000", .releaseUnreachable),
            (63, "200", .fileTooLarge), (23, "200", .diskFull),
        ] as [(Int32, String, NodeError.Code)])
    func failuresAreToldApart(status: Int32, http: String, code: NodeError.Code) async throws {
        let site = site([:], status: status, http: http)
        let error = await #expect(throws: NodeError.self) {
            try await staging.fetchChecksums(version, policy: policy, runner: site.runner)
        }
        #expect(error?.code == code)
        #expect(try Folder.names(in: folder.root.path(staging.folder)).isEmpty)
    }

    @Test func theInstallerMustBeThePlans() async throws {
        let script = Array("#!/bin/sh\n".utf8)
        let site = site(["get.k3s.io": script])
        try await staging.fetchInstaller(
            expected: FileDigest(of: script).sha256, policy: policy, runner: site.runner)
        #expect(try await FileDigest.of(staging.installer) == FileDigest(of: script))
        let error = await #expect(throws: NodeError.self) {
            try await staging.fetchInstaller(expected: digest.sha256, policy: policy, runner: site.runner)
        }
        #expect(error?.code == .releaseMismatch)
    }

    @Test func sweepingKeepsOneVersion() async throws {
        try staging.create()
        for name in ["k3s-v1.34.0+k3s1", "k3s-v1.35.1+k3s1", "x.part"] {
            try folder.write("x", to: staging.folder.appending(name))
        }
        try folder.write("x", to: staging.folder.appending("k3s-v1.36.0+k3s1.k3s-upgrade-new"))
        #expect(try staging.removeUnfinished() == ["k3s-v1.36.0+k3s1.k3s-upgrade-new", "x.part"])
        try staging.sweep(keeping: version)
        #expect(try Folder.names(in: folder.root.path(staging.folder)) == ["k3s-v1.35.1+k3s1"])
        try staging.sweep()
        #expect(try Folder.names(in: folder.root.path(staging.folder)).isEmpty)
    }

    @Test func theListFetchedBeforeIsEnoughWhileTheSiteIsAway() async throws {
        let site = site(["sha256sum-amd64.txt": list(digest.sha256)])
        let away = self.site([:], status: 28, http: "000")
        let missing = await #expect(throws: NodeError.self) {
            try await staging.knownChecksums(version, policy: policy, runner: away.runner)
        }
        #expect(missing?.code == .releaseUnreachable)
        let fetched = try await staging.fetchChecksums(version, policy: policy, runner: site.runner)
        #expect(try await staging.knownChecksums(version, policy: policy, runner: away.runner) == fetched)
        // A site that answers has the last word.
        let gone = self.site([:], status: 22, http: "404")
        let error = await #expect(throws: NodeError.self) {
            try await staging.knownChecksums(version, policy: policy, runner: gone.runner)
        }
        #expect(error?.code == .releaseMissing)
    }
}
