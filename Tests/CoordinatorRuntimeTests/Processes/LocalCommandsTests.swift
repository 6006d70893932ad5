import CoordinatorRuntime
import Glibc
import SystemPackage
import Testing

@Suite struct LocalCommandsTests {
    private let commands = LocalCommands.children(grace: .milliseconds(200))

    private func shell(_ text: String, deadline: Duration = .seconds(60), outputLimit: Int = 1000) -> LocalCommand {
        LocalCommand(.at("/bin/sh"), ["-c", text], deadline: deadline, outputLimit: outputLimit)
    }

    @Test func handsOverArgumentsInputAndStatus() async throws {
        let result = try await commands.run(
            LocalCommand(
                .at("/bin/sh"), ["-c", "cat; echo \"$1 $X\"; echo bad >&2; exit 3", "sh", "a b"],
                environment: ["X": "y"], input: Array("in\n".utf8), deadline: .seconds(60)))
        #expect(result.ending == .exited(3))
        #expect(String(decoding: result.output, as: UTF8.self) == "in\na b y\n")
        #expect(result.errorOutput == "bad\n")
    }

    @Test func endsAChildAtItsDeadlineWithAllItStarted() async throws {
        let folder = try TemporaryFolder()
        let note = folder.path.appending("pids")
        let script = "trap '' TERM; sleep 1000 & echo $! $$ > \(note); wait; sleep 1000"
        let error = try await #require(throws: CoordinatorError.self) {
            try await commands.run(shell(script, deadline: .seconds(3)))
        }
        #expect(error.code == .programTimedOut)
        let pids = String(decoding: try BoundedFile.bytes(note, limit: 100), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
        #expect(pids.count == 2)
        for pid in pids { #expect(!isRunning(pid), "\(pid) outlived its deadline") }
    }

    /// Whether a process runs: one that was killed may wait as a zombie for whoever inherited it.
    private func isRunning(_ pid: pid_t) -> Bool {
        guard let stat = try? BoundedFile.bytes(FilePath("/proc/\(pid)/stat"), limit: 4096) else { return false }
        let state = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
        return state != "Z" && state != "X"
    }

    @Test(.timeLimit(.minutes(2))) func endsAChildThatWritesTooMuch() async throws {
        let error = try await #require(throws: CoordinatorError.self) { try await commands.run(shell("yes")) }
        #expect(error.code == .programOutputTooLarge)
    }

    @Test func keepsOnlyTheEndOfStandardError() async throws {
        let result = try await commands.run(
            shell("i=0; while [ $i -lt 3000 ]; do echo 'a line of noise'; i=$((i+1)); done >&2; echo last >&2"))
        #expect(result.errorOutput.utf8.count <= LocalCommands.errorLimit)
        #expect(result.errorOutput.hasSuffix("last\n"))
    }

    @Test func tellsAMissingProgram() async throws {
        let error = try await #require(throws: CoordinatorError.self) {
            try await commands.run(LocalCommand(.named("no-such-program-here"), [], deadline: .seconds(60)))
        }
        #expect(error.code == .programMissing)
        #expect("\(error)".contains("no-such-program-here"))
    }

    @Test func tellsASignal() async throws {
        #expect(try await commands.run(shell("kill -9 $$")).ending == .signalled(SIGKILL))
    }
}
