import FoundationEssentials
import Testing
import Wire

/// A value and the file that holds its line.
struct GoldenSample: Sendable, CustomTestStringConvertible {
    let name: String
    let encoded: @Sendable () throws -> [UInt8]
    /// Whether a line reads as the value.
    let reads: @Sendable ([UInt8]) throws -> Bool

    /// - Parameter strict: as this kind of message is read by whoever receives it.
    init<Message: Codable & Hashable & Sendable>(_ name: String, _ message: Message, strict: Bool) {
        self.name = name
        encoded = { try FrameCodec.encode(message) }
        reads = { line in
            strict
                ? try FrameCodec.decodeStrictly(Message.self, from: line) == message
                : try FrameCodec.decode(Message.self, from: line) == message
        }
    }

    var testDescription: String { name }

    /// The files of protocol version 1.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/v1")

    func file() throws -> [UInt8] {
        Array(try Data(contentsOf: Self.folder.appending(path: "\(name).json")))
    }

    static func all() throws -> [GoldenSample] {
        try hello() + requests() + answers() + events() + pushes() + stored()
    }

    private static func hello() throws -> [GoldenSample] {
        [
            GoldenSample(
                "hello",
                Hello(
                    oldest: 1, newest: 1, product: "0.1.0", features: ["observation", "promises", "plans", "leases"]),
                strict: false)
        ]
    }

    static func requests() throws -> [GoldenSample] {
        let made = try Samples()
        let text = String(decoding: try FrameCodec.text(of: made.plan), as: UTF8.self)
        let requests: [Request] = [
            .status, .inspect, .observe,
            .preflight(Preflight(target: made.new, method: .installScript, drains: [made.worker])),
            .claim(Claim(epoch: made.epoch, holder: made.holder, takeOver: true)),
            .storePlan(StorePlan(epoch: made.epoch, text: text, supersede: false)), .fetchPlan, .beat(made.epoch),
            .grant(made.lease(.snapshot, made.server, again: true)), .renew(made.lease(.install, made.worker)),
            .giveBack(GiveBack(epoch: made.epoch, node: made.worker)), .release(made.epoch),
            .conclude(Conclude(epoch: made.epoch, run: made.run)),
        ]
        return requests.map { GoldenSample("request-\($0.name.rawValue)", Asked(id: 42, ask: $0), strict: true) }
    }

    static func answers() throws -> [GoldenSample] {
        let made = try Samples()
        let answers: [(String, Answer)] = [
            ("report", .report(made.report)), ("report-empty", .report(made.emptyReport)),
            ("report-kept", .report(made.keptReport)),
            ("node", .node(made.nodeReport)), ("cluster", .cluster(made.observation)),
            ("findings", .findings([made.finding])), ("plan", .plan("{}")),
        ]
        let refusals = Refusal.Code.allCases.map { code in
            let refusal = Refusal(
                code, "in words", holder: made.holder, promised: made.epoch, silent: 31_000, run: made.run)
            return ("refused-\(code.rawValue)", Answer.refused(refusal))
        }
        return (answers + refusals).map {
            GoldenSample("answer-\($0.0)", Said.answer(id: 42, $0.1), strict: false)
        }
    }

    static func events() throws -> [GoldenSample] {
        let made = try Samples()
        let progress = Progress(step: StepID(kind: .uncordon, node: made.worker), epoch: made.epoch, phase: .awaitNode)
        return [
            GoldenSample("event-progress", Said.event(.progress(progress)), strict: false),
            GoldenSample("event-finished", Said.event(.finished(made.failed)), strict: false),
        ]
    }

    static func pushes() throws -> [GoldenSample] {
        let sha256 = String(repeating: "0f", count: 32)
        let order = PushOrder(sha256: sha256, size: 71_234_567, version: try Samples().new)
        let opening = GoldenSample("push", PushOpening(push: try #require(order)), strict: true)
        let failure = Failure(code: "refused-by-policy", message: "in words", wayOut: "in words too")
        let replies: [PushReply] = [.wanted, .present, .kept, .refused(failure)]
        return [opening] + replies.map { GoldenSample("push-\($0.name.rawValue)", $0, strict: false) }
    }

    /// What is kept rather than said.
    private static func stored() throws -> [GoldenSample] {
        let made = try Samples()
        return [GoldenSample("plan", made.plan, strict: true)]
    }
}
