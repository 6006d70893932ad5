/// What became of one simulated run.
package struct Verdict: Sendable {
    package let seed: UInt64
    /// Each as `rule N: what`, in the order in which they came.
    package let breaches: [String]
    /// Empty unless it was asked for.
    package let history: [String]
    /// Things taken off the agenda.
    package let events: Int
    /// How often an operator gave a command.
    package let commands: Int
    package let coverage: Coverage
}
