import LabSupport
import SystemPackage
import Testing

/// What the installer fetches, from a release site on the operator's machine.
@Suite struct InstallerDownloadTests {
    private static let version = "v1.35.1+k3s1"

    @Test(arguments: ["GITHUB_URL", "INSTALL_K3S_ARTIFACT_URL"])
    func releaseIsFetchedVerifiedAndStarted(_ variable: String) async throws {
        try await withSite { lab, folder in
            try await publish(in: folder, lab: lab)
            let installation = try await Installation(on: "k3s-master", in: lab)
            let first = try await installation.install([], environment(variable)).checked()
            #expect(first.output.contains("Downloading"))
            #expect(try await FakeK3s.starts(on: "k3s-master", in: lab) == ["\(Self.version) server"])
            let second = try await installation.install([], environment(variable)).checked()
            #expect(second.output.contains("Skipping binary downloaded, installed k3s matches hash"))
        }
    }

    @Test func wrongChecksumIsRefusedAndChangesNothing() async throws {
        try await withSite { lab, folder in
            try await publish(in: folder, lab: lab, checksum: String(repeating: "0", count: 64))
            let installation = try await Installation(on: "k3s-master", in: lab)
            let outcome = try await installation.install([], environment("GITHUB_URL"))
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("Download sha256 does not match"))
            #expect(try await installation.files(of: "k3s") == [nil, nil])
            let version = try await lab.run(on: "k3s-master", [Installation.binary.string, "--version"]).line
            #expect(version.contains("v1.34.3+k3s1"))
        }
    }

    @Test func missingReleaseIsRefused() async throws {
        try await withSite { lab, _ in
            let installation = try await Installation(on: "k3s-master", in: lab)
            let outcome = try await installation.install([], environment("GITHUB_URL"))
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("download of"))
        }
    }

    private func environment(_ variable: String) -> [String: String] {
        let site = "http://10.77.0.1:8080/releases" + (variable == "GITHUB_URL" ? "" : "/download")
        return [variable: site, "INSTALL_K3S_VERSION": Self.version, "INSTALL_K3S_SKIP_DOWNLOAD": "false"]
    }

    private func withSite(_ body: (Lab, FilePath) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            try await Lab.with(LabConfiguration(workers: 0)) { lab in
                let site = lab.startAsOperator(
                    ["/usr/bin/python3", "-u", "-m", "http.server", "8080", "--directory", folder.string])
                try await site.says("Serving HTTP")
                try await body(lab, folder)
            }
        }
    }

    private func publish(in folder: FilePath, lab: Lab, checksum: String? = nil) async throws {
        let release = folder.appending("releases/download/\(Self.version)")
        var put = Command(["install", "-D", "-m", "644", "/dev/stdin", release.appending("k3s").string])
        put.input = Array(FakeK3s.script(version: Self.version).utf8)
        try await put.run().checked()
        let actual = try await Command(["sha256sum", release.appending("k3s").string]).run().checked().line.prefix(64)
        let architecture = try await Command(["dpkg", "--print-architecture"]).run().checked().line
        var list = Command(
            ["install", "-m", "644", "/dev/stdin", release.appending("sha256sum-\(architecture).txt").string])
        list.input = Array("\(checksum ?? String(actual))  k3s\n".utf8)
        try await list.run().checked()
    }
}
