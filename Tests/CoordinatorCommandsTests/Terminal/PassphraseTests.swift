import CoordinatorCommands
import Dispatch
import Glibc
import Synchronization
import Testing

@Suite struct PassphraseTests {
    /// Who is asked for what, and answers with the number of the question.
    private final class Operator: Sendable {
        let asked = Mutex<[String]>([])

        func answer(_ file: String) -> String {
            asked.withLock {
                $0.append(file)
                return "\($0.count)"
            }
        }
    }

    @Test func manyLoginsAskOnceTogether() async {
        let someone = Operator()
        let prompts = PassphrasePrompts { someone.answer($0) }
        let answers = await withTaskGroup(of: [String?].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let prompt = prompts.prompt()
                    return [await prompt("a"), await prompt("a"), await prompt("b")]
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers).count == 1, "\(answers)")
        #expect(someone.asked.withLock { $0.sorted() } == ["a", "a", "b"])
    }

    /// The far end of a terminal whose near end is being read from.
    private struct Terminal {
        let far: Int32
        let near: Int32

        init() throws {
            // As posix_openpt, unlockpt and ptsname do, which Swift does not see.
            let (unlock, numberOf) = (UInt(0x4004_5431), UInt(0x8004_5430))
            var (locked, number) = (Int32(0), UInt32(0))
            far = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
            try #require(far >= 0 && ioctl(far, unlock, &locked) == 0 && ioctl(far, numberOf, &number) == 0)
            near = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
            try #require(near >= 0)
        }

        var echoes: Bool {
            var mode = termios()
            return tcgetattr(near, &mode) == 0 && mode.c_lflag & tcflag_t(ECHO) != 0
        }

        /// What is shown, to a certain character.
        func shown(until end: Unicode.Scalar) -> String {
            var text: [UInt8] = []
            var byte: UInt8 = 0
            while text.last != UInt8(ascii: end), read(far, &byte, 1) == 1 { text.append(byte) }
            return String(decoding: text, as: UTF8.self)
        }

        func type(_ text: String) {
            let bytes = Array(text.utf8)
            _ = bytes.withUnsafeBytes { write(far, $0.baseAddress, $0.count) }
        }

        func close() {
            _ = Glibc.close(far)
            _ = Glibc.close(near)
        }
    }

    @Test(arguments: [
        ("secret\r", "secret"), ("sex\u{7f}cret\n", "secret"), ("wrong\u{15}sä\u{7f}ecret\r", "secret"), ("\r", ""),
        ("\u{4}", nil),
    ]) func whatIsTypedIsNotShown(keys: String, wanted: String?) async throws {
        let terminal = try Terminal()
        defer { terminal.close() }
        #expect(terminal.echoes)
        let near = terminal.near
        // Not in a task: what is shown is waited for on a thread that tasks may need.
        let (answers, answered) = AsyncStream.makeStream(of: String?.self)
        DispatchQueue.global().async {
            answered.yield(PassphraseTerminal.read("passphrase: ", from: near, to: near))
        }
        #expect(terminal.shown(until: " ") == "passphrase: ")
        #expect(!terminal.echoes)
        terminal.type(keys)
        #expect(await answers.first { _ in true } == .some(wanted))
        #expect(terminal.shown(until: "\n") == "\r\n", "nothing of it was shown")
        #expect(terminal.echoes)
    }
}
