import Dispatch
import Glibc
import Testing

@testable import enum CoordinatorCommands.Console

/// Output that another program has made non-blocking.
@Suite(.timeLimit(.minutes(2))) struct ConsoleTests {
    private let (reading, writing): (Int32, Int32)

    init() throws {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
    }

    @Test func waitsForAReaderThatIsSlower() async {
        let text = String(repeating: "a line that is longer than nothing\n", count: 30_000)
        let written = DispatchQueue(label: "writer")
        written.async { [writing] in
            Console.write(text, to: writing)
            close(writing)
        }
        let read = await withCheckedContinuation { done in
            DispatchQueue(label: "reader").async { [reading] in done.resume(returning: Self.all(of: reading)) }
        }
        // Not the bytes themselves, which would be printed.
        let isWhole = read == Array(text.utf8)
        #expect(isWhole)
        close(reading)
    }

    @Test func givesUpOneWhoReadsNothing() {
        Console.write(String(repeating: "x", count: 1 << 20), to: writing, patience: 1)
        close(writing)
        let read = Self.all(of: reading)
        #expect(!read.isEmpty && read.count < 1 << 20)
        close(reading)
    }

    private static func all(of descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
