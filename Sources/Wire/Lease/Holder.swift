/// Who holds the lock, for people to read; nothing is decided by it.
package struct Holder: Hashable, Sendable, Codable {
    /// The operator's login name.
    package let who: String
    /// The operator's machine.
    package let machine: String
    /// The coordinator's process id there.
    package let process: Int
    /// When this coordinator began, on its own wall clock, in seconds since 1970. Shown, never compared.
    package let since: Int

    package init(who: String, machine: String, process: Int, since: Int) {
        self.who = who
        self.machine = machine
        self.process = process
        self.since = since
    }
}
