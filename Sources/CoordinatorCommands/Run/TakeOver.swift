internal import ArgumentParser
internal import Glibc
internal import Wire

/// The operator's word, before a coordinator that may be alive loses its lock.
enum TakeOver {
    /// Asks on a terminal; without one, the option itself is the word. Any answer but yes ends the command.
    static func confirm(from holder: Holder?) throws(ExitCode) {
        guard let holder, isatty(0) == 1, isatty(2) == 1 else { return }
        Console.note("the lock is held by \(Words.holder(holder))")
        Console.note("from now on every agent would refuse that coordinator. Take the lock over? [y/N]")
        let answer = readLine() ?? ""
        guard ["y", "yes"].contains(answer.lowercased()) else {
            Console.note("coordinator: not taken over; nothing was changed")
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }
}
