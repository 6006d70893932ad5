import LabSupport
import Testing
import Wire

/// A connection to one agent through its forced command, on which a test says what it wants, when it wants.
actor AgentTalk {
    private let bridge: RunningCommand
    private var lastRequest = 0

    private init(_ bridge: RunningCommand) { self.bridge = bridge }

    /// Connects as sshd would for a coordinator, and says hello.
    static func open(to host: String, in lab: Lab) async throws -> AgentTalk {
        let bridge = lab.start(
            on: host, ["env", "SSH_ORIGINAL_COMMAND=connect", "/usr/local/bin/k3s-upgrade-agent", "connect"])
        await bridge.write(try FrameCodec.encode(Hello.ours))
        try await eventually("the agent on \(host) says hello") { await bridge.output.contains(10) }
        let first = try #require(await bridge.output.split(separator: 10).first)
        #expect(try FrameCodec.decode(Hello.self, from: Array(first)).common(with: .ours) != nil)
        return AgentTalk(bridge)
    }

    /// Sends a request, and waits for nothing.
    ///
    /// - Returns: its number.
    func send(_ request: Request) async throws -> Int {
        lastRequest += 1
        await bridge.write(try FrameCodec.encode(Asked(id: lastRequest, ask: request)))
        return lastRequest
    }

    /// Waits for the answer to a request that was sent.
    func answer(to number: Int) async throws -> Answer {
        var found: Answer?
        try await eventually("the agent answers request \(number)", within: .seconds(60)) {
            // What stands behind the last newline is not whole yet.
            for line in await bridge.output.split(separator: 10, omittingEmptySubsequences: false).dropFirst()
                .dropLast()
            {
                if case .answer(number, let answer) = try FrameCodec.decode(Said.self, from: Array(line)) {
                    found = answer
                }
            }
            return found != nil
        }
        return try #require(found)
    }

    func ask(_ request: Request) async throws -> Answer { try await answer(to: send(request)) }

    /// Asks what is answered with a report.
    func report(_ request: Request) async throws -> AgentReport {
        let answer = try await ask(request)
        guard case .report(let report) = answer else { throw UnexpectedAnswer(answer: answer) }
        return report
    }

    /// Asks what is refused.
    func refusal(_ request: Request) async throws -> Refusal.Code {
        try await Self.refusal(in: ask(request))
    }

    static func refusal(in answer: Answer) throws -> Refusal.Code {
        guard case .refused(let refusal) = answer else { throw UnexpectedAnswer(answer: answer) }
        return refusal.code
    }

    func close() async throws {
        await bridge.closeInput()
        _ = try await bridge.outcome()
    }
}

struct UnexpectedAnswer: Error {
    let answer: Answer
}
