import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct PushedArtifactTests {
    private let folder: TemporaryFolder
    private let staging: Staging
    private let version: K3sVersion
    private let binary = Array("the new k3s".utf8)
    private var digest: FileDigest { FileDigest(of: binary) }

    init() throws {
        folder = try TemporaryFolder()
        staging = Staging(for: try SampleNode.master(in: folder), architecture: .arm64)
        version = try #require(K3sVersion("v1.35.1+k3s1"))
    }

    private func order(_ size: Int64? = nil) throws -> PushOrder {
        try #require(PushOrder(sha256: digest.sha256, size: size ?? digest.size, version: version))
    }

    private func code(_ body: () throws(NodeError) -> Void) -> NodeError.Code? {
        do throws(NodeError) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [true, false])
    func theNodesPolicyDecides(accepts: Bool) {
        let policy = NodePolicy(releases: "https://r", installer: "https://i", acceptsPushedArtifacts: accepts)
        let code = code { () throws(NodeError) in try PushedArtifact.requirePermission(policy) }
        #expect(code == (accepts ? nil : .refusedByPolicy))
    }

    @Test func onlyTheListedHashOfThisMachinesBinaryIsGenuine() throws {
        let other = String(repeating: "0", count: 64)
        let lists: [(String, NodeError.Code?)] = [
            ("\(digest.sha256)  k3s-arm64\n", nil), ("\(other)  k3s-arm64\n", .releaseMismatch),
            // Of another architecture, or of something else in the release.
            ("\(digest.sha256)  k3s\n\(other)  k3s-arm64\n", .releaseMismatch),
            ("\(digest.sha256)  k3s-airgap-images-arm64.tar\n", .releaseMismatch),
        ]
        for (text, expected) in lists {
            let (list, order) = (try ChecksumList(Array(text.utf8)), try order())
            let found = code { () throws(NodeError) in
                try PushedArtifact.requireGenuine(order, by: list, for: .arm64)
            }
            #expect(found == expected, "\(text)")
        }
        let list = try ChecksumList(Array("\(digest.sha256)  k3s-arm64\n".utf8))
        let large = try order(Staging.binaryLimit + 1)
        #expect(
            code { () throws(NodeError) in try PushedArtifact.requireGenuine(large, by: list, for: .arm64) }
                == .fileTooLarge)
    }

    @Test func arrivesInPiecesAndIsSeenOnlyWhole() async throws {
        var push = try PushedArtifact.begin(order(), in: staging)
        try push.write(binary[..<4])
        #expect(try await staging.stagedBinary(version) == nil)
        try push.write(binary[4...])
        #expect(try push.finish() == digest)
        #expect(try await staging.stagedBinary(version) == digest)
    }

    @Test(arguments: [("the new", NodeError.Code.pushIncomplete), ("the old k3s", .releaseMismatch)])
    func whatIsShortOrWrongLeavesNothing(text: String, expected: NodeError.Code) throws {
        var push = try PushedArtifact.begin(order(), in: staging)
        try push.write(Array(text.utf8))
        var found: NodeError.Code?
        do { _ = try push.finish() } catch { found = error.code }
        #expect(found == expected)
        #expect(try Folder.names(in: folder.root.path(staging.folder)).isEmpty)
    }

    @Test func moreThanAnnouncedIsRefusedAndLeavesNothing() throws {
        var push = try PushedArtifact.begin(order(3), in: staging)
        var found: NodeError.Code?
        do { try push.write(binary) } catch { found = error.code }
        #expect(found == .fileTooLarge)
        _ = consume push
        #expect(try Folder.names(in: folder.root.path(staging.folder)).isEmpty)
    }
}
