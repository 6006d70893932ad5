import AgentRuntime
import SystemPackage
import Testing

@Suite struct NodePolicyTests {
    private func load(_ text: String, mode: FilePermissions = .ownerReadWrite) throws -> NodePolicy {
        let folder = try TemporaryFolder()
        try folder.write(text, to: NodePolicy.path, mode: mode)
        return try NodePolicy.load(in: folder.root)
    }

    @Test func withoutAFileTheSafeDefaultsHold() throws {
        let policy = try NodePolicy.load(in: TemporaryFolder().root)
        #expect(policy == NodePolicy())
        #expect(policy.releaseSite?.text == "https://github.com/k3s-io/k3s/releases")
        #expect(!policy.allowPushedArtifacts && !policy.allowSnapshotFetch && !policy.allowProbeExec)
    }

    @Test func whatIsSetHolds() throws {
        let policy = try load("{\"releaseSite\":\"http://10.77.0.1:8080/r\",\"allowPushedArtifacts\":true}")
        #expect(policy.releaseSite?.text == "http://10.77.0.1:8080/r")
        #expect(policy.installerURL == NodePolicy().installerURL)
        #expect(policy.allowPushedArtifacts)
        #expect(!policy.allowProbeExec)
    }

    @Test(arguments: [
        "", "[]", "{\"allowPushedArtefacts\":false}", "{\"releaseSite\":\"ftp://x\"}", "{\"allowProbeExec\":1}",
        "{\"releaseSite\":\"https://u:p@x\"}", "{\"allowSnapshotFetch\":true}",
    ])
    func whatIsNotUnderstoodIsRefused(text: String) {
        let error = #expect(throws: NodeError.self) { try load(text) }
        #expect(error?.code == .policyUnsafe)
    }

    @Test(arguments: [0o620, 0o602, 0o666] as [CModeT])
    func aFileThatOthersCanWriteIsRefused(mode: CModeT) {
        let error = #expect(throws: NodeError.self) { try load("{}", mode: FilePermissions(rawValue: mode)) }
        #expect(error?.code == .policyUnsafe)
    }

    @Test func aLinkIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", to: "/elsewhere")
        try folder.write("", to: "/etc/k3s-upgrade-agent/x")
        try symbolicLink(to: folder.path.appending("elsewhere"), at: folder.root.path(NodePolicy.path))
        #expect(throws: NodeError.self) { try NodePolicy.load(in: folder.root) }
    }

    typealias CModeT = CInterop.Mode
}
