import AgentRuntime
import SystemPackage
import Testing
import Wire

/// Both halves of `receive` on a node, against a pretended release site.
@Suite struct PushReceiverTests {
    private let folder: TemporaryFolder
    private let staging: Staging
    private let version: K3sVersion
    private let binary = Array("the new k3s".utf8)
    private var digest: FileDigest { FileDigest(of: binary) }

    init() throws {
        folder = try TemporaryFolder()
        staging = Staging(for: try SampleNode.master(in: folder), architecture: try .current())
        version = try #require(K3sVersion("v1.35.1+k3s1"))
    }

    private func allow(_ accepts: Bool = true) throws {
        let policy = NodePolicy(releases: "https://r/k3s", installer: "https://i", acceptsPushedArtifacts: accepts)
        try folder.write(try FrameCodec.encode(policy), to: AgentPlaces.policy)
    }

    /// A site whose list has this hash for this machine's binary; nil for one that does not answer.
    private func site(listing sha256: String?) -> ScriptedRunner {
        let name = staging.architecture.binaryName
        return ScriptedRunner { (command) throws(NodeError) in
            let arguments = command.arguments
            guard let sha256, arguments.last?.contains("sha256sum-") == true,
                let output = arguments.firstIndex(of: "--output")
            else { return .printed("000", error: "curl: (28) timed out", status: 28) }
            let list = Array("\(sha256)  \(name)\n".utf8)
            try Durable.replace(FilePath(arguments[output + 1]), with: list, mode: .ownerReadWrite)
            return .printed("200")
        }
    }

    private func receiver(_ site: ScriptedRunner, silence: Duration = .seconds(60)) -> PushReceiver {
        var limits = PushReceiver.Limits()
        limits.silence = silence
        return PushReceiver(root: folder.root, runner: site.runner, limits: limits)
    }

    private func order(size: Int64? = nil) throws -> PushOrder {
        try #require(PushOrder(sha256: digest.sha256, size: size ?? digest.size, version: version))
    }

    private var leftovers: [String] {
        get throws {
            try Folder.namesIfPresent(in: folder.root.path(staging.folder)).filter { !$0.contains("sha256sum") }
        }
    }

    /// What the first reply refuses with.
    private func refusal(_ order: PushOrder, to receiver: PushReceiver) async throws -> String? {
        let push = try PretendPush(order, to: receiver)
        let reply = try await push.reply()
        push.endInput()
        #expect(await push.exitStatus() == 1)
        guard case .refused(let failure) = reply else { return nil }
        return failure.code
    }

    @Test func aListedBinaryIsTakenOnce() async throws {
        try allow()
        let receiver = receiver(site(listing: digest.sha256))
        let push = try PretendPush(order(), to: receiver)
        #expect(try await push.reply() == .wanted)
        push.send(binary)
        push.endInput()
        #expect(try await push.reply() == .kept)
        #expect(await push.exitStatus() == 0)
        #expect(try await staging.stagedBinary(version) == digest)

        let again = try PretendPush(order(), to: receiver)
        #expect(try await again.reply() == .present)
        again.endInput()
        #expect(await again.exitStatus() == 0)
        #expect(try leftovers == ["k3s-v1.35.1+k3s1"])
    }

    @Test func whatIsStagedByAPushIsNotFetched() async throws {
        try allow()
        let site = site(listing: digest.sha256)
        let push = try PretendPush(order(), to: receiver(site))
        #expect(try await push.reply() == .wanted)
        push.send(binary)
        push.endInput()
        #expect(try await push.reply() == .kept)
        _ = await push.exitStatus()
        let policy = NodePolicy(releases: "https://r/k3s", installer: "https://i")
        let staged = try await staging.fetchBinary(
            version, expected: digest.sha256, policy: policy, deadline: .seconds(60), runner: site.runner)
        #expect(staged == digest)
        #expect(site.commands.allSatisfy { $0.arguments.last?.contains("sha256sum-") == true })
    }

    @Test func refusedBeforeAByteIsTaken() async throws {
        #expect(try await refusal(order(), to: receiver(site(listing: digest.sha256))) == "refused-by-policy")
        try allow(false)
        let asked = site(listing: digest.sha256)
        #expect(try await refusal(order(), to: receiver(asked)) == "refused-by-policy")
        #expect(asked.commands.isEmpty)
        try allow()
        let other = String(repeating: "0", count: 64)
        #expect(try await refusal(order(), to: receiver(site(listing: other))) == "release-mismatch")
        let large = Staging.binaryLimit + 1
        #expect(try await refusal(order(size: large), to: receiver(site(listing: digest.sha256))) == "file-too-large")
        #expect(try leftovers.isEmpty)
    }

    @Test func aSiteThatCannotBeAskedMakesNothingGenuine() async throws {
        try allow()
        #expect(try await refusal(order(), to: receiver(site(listing: nil))) == "release-unreachable")
        #expect(try leftovers.isEmpty)
    }

    @Test(
        arguments: [
            ("the new", "push-incomplete"), ("", "push-incomplete"), ("the old k3s", "release-mismatch"),
            ("the new k3s!", "file-too-large"),
        ])
    func whatIsShortWrongOrLongLeavesNothing(text: String, code: String) async throws {
        try allow()
        let push = try PretendPush(order(), to: receiver(site(listing: digest.sha256)))
        #expect(try await push.reply() == .wanted)
        push.send(Array(text.utf8))
        push.endInput()
        guard case .refused(let failure) = try await push.reply() else {
            Issue.record("it was taken")
            return
        }
        #expect(failure.code == code)
        #expect(await push.exitStatus() == 1)
        #expect(try leftovers.isEmpty)
    }

    @Test func twoAtOnceAreRefused() async throws {
        try allow()
        let receiver = receiver(site(listing: digest.sha256))
        let first = try PretendPush(order(), to: receiver)
        #expect(try await first.reply() == .wanted)
        #expect(try await refusal(order(), to: receiver) == "push-under-way")
        first.send(binary)
        first.endInput()
        #expect(try await first.reply() == .kept)
        #expect(await first.exitStatus() == 0)
        #expect(try await staging.stagedBinary(version) == digest)
    }

    @Test func aPushThatFallsSilentEnds() async throws {
        try allow()
        let push = try PretendPush(order(), to: receiver(site(listing: digest.sha256), silence: .seconds(1)))
        #expect(try await push.reply() == .wanted)
        push.send(Array(binary[..<3]))
        guard case .refused(let failure) = try await push.reply() else {
            Issue.record("it was taken")
            return
        }
        #expect(failure.code == "push-timed-out")
        #expect(await push.exitStatus() == 1)
        push.endInput()
        #expect(try leftovers.isEmpty)
    }

    @Test func whatAPowerCutLeftIsGoneAtTheNextStart() throws {
        try staging.create()
        for name in ["k3s-v1.35.1+k3s1.k3s-upgrade-new", "k3s-v1.35.1+k3s1.part", "k3s-v1.35.1+k3s1"] {
            try folder.write("half", to: staging.folder.appending(name))
        }
        receiver(site(listing: nil)).removeUnfinished()
        #expect(try leftovers == ["k3s-v1.35.1+k3s1"])
    }
}
