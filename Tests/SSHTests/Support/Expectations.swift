import Testing

@testable import SSH

/// The error that `body` throws; a failed test if it throws none.
func failure<Result>(
    _ location: SourceLocation = #_sourceLocation, of body: () async throws(SSHError) -> Result
) async -> SSHError? {
    do throws(SSHError) {
        _ = try await body()
    } catch {
        return error
    }
    Issue.record("no error was thrown", sourceLocation: location)
    return nil
}

extension SSHSession {
    /// Waits, on the other side and for a minute at most, until a shell's condition holds.
    func waitUntil(_ condition: String) async throws(SSHError) -> Bool {
        let loop = "until \(condition); do sleep .02; done"
        return try await run(RemoteCommand(["timeout", "60", "sh", "-c", loop]), timeout: .seconds(90)).end.isSuccess
    }

    /// What has gone through the socket; nil once the session has ended.
    var moved: NativeSession.Traffic? { native?.traffic }

    /// The most output that libssh holds for any channel, in bytes.
    var mostHeld: Int { channels.values.map { $0.native?.held ?? 0 }.max() ?? 0 }

    /// Whether libssh holds bytes that the socket did not take.
    var isHoldingBytes: Bool { native?.hasUnsent ?? false }

    /// Runs a line for the remote shell.
    func sh(_ line: String, input: [UInt8] = [], timeout: Duration = .seconds(60)) async throws(SSHError)
        -> CommandResult
    {
        try await run(RemoteCommand(shellLine: line), input: input, timeout: timeout)
    }
}

/// A command that does nothing until the connection that it runs on is gone.
let untilHangUp = "tail -f /dev/null --pid=$PPID"

/// `count` bytes that don't repeat soon; a multiple of eight. Quick also without optimisation.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    precondition(count % 8 == 0)
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
        bytes.withMemoryRebound(to: UInt64.self) { words in
            var state = seed
            var index = 0
            while index < words.count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                words[index] = state
                index &+= 1
            }
        }
        initialized = count
    }
}
