import Glibc

/// A short program of this machine whose output is wanted.
enum Command {
    private enum Outcome: Sendable {
        case finished(status: Int32, output: [UInt8], errors: BoundedTail)
        case late
        case failed(SSHError)
    }

    /// Runs a program to its end, or to the deadline, when it is killed. Takes 1 MiB of output at most.
    static func output(
        of arguments: [String], until deadline: Deadline, purpose: String
    ) async throws(SSHError) -> String {
        // The thread keeps the deadline itself: a second more lets it report.
        let patience = Deadline(instant: deadline.instant.advanced(by: .seconds(1)))
        let outcome = try await EventLoop.shared().blocking(purpose, until: patience) { () -> Outcome in
            do throws(SSHError) { return try run(arguments, until: deadline) } catch { return .failed(error) }
        }
        switch outcome {
        case .finished(0, let output, _): return String(decoding: output, as: UTF8.self)
        case .finished(_, _, let errors):
            throw SSHError(
                .configurationInvalid, "\(purpose) failed", cause: errors.text,
                wayOut: "correct the configuration; `\(arguments.joined(separator: " "))` shows the same")
        case .late: throw SSHError.ended(.timedOut, purpose)
        case .failed(let error): throw error
        }
    }

    private static func run(_ arguments: [String], until deadline: Deadline) throws(SSHError) -> Outcome {
        let (child, output, errors) = try start(arguments)
        var collected: [UInt8] = []
        var complaint = BoundedTail(limit: 4 << 10)
        var open = [output, errors]
        while !open.isEmpty {
            var polls = open.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
            let wait = deadline.remaining.components
            let milliseconds = Int32(clamping: wait.seconds * 1000 + wait.attoseconds / 1_000_000_000_000_000 + 1)
            let ready = unsafe poll(&polls, nfds_t(polls.count), milliseconds)
            guard ready > 0 || errno == EINTR, !deadline.hasPassed, collected.count < 1 << 20 else {
                child.end()
                return .late
            }
            for (descriptor, entry) in zip(open, polls) where entry.revents != 0 {
                var buffer = [UInt8](repeating: 0, count: 16 << 10)
                let count = unsafe read(descriptor.number, &buffer, buffer.count)
                if count <= 0 {
                    open.removeAll { $0 === descriptor }
                } else if descriptor === output {
                    collected += buffer.prefix(count)
                } else {
                    complaint.append(buffer.prefix(count))
                }
            }
        }
        // Its output is at an end and so is the program, or all that we want of it.
        return .finished(status: child.reap(), output: collected, errors: complaint)
    }

    /// The program, its output and its errors; our copies of its ends close on return.
    private static func start(_ arguments: [String]) throws(SSHError) -> (ChildProcess, Descriptor, Descriptor) {
        let output = try Pipe()
        let errors = try Pipe()
        let nowhere = try Descriptor.nowhere()
        let child = try ChildProcess(
            arguments, input: nowhere.number, output: output.theirs.number, error: errors.theirs.number)
        return (child, output.ours, errors.ours)
    }
}
