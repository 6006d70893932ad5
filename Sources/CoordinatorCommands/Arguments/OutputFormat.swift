internal import ArgumentParser

/// What a command that tells facts writes.
package enum OutputFormat: String, Hashable, Sendable, CaseIterable, ExpressibleByArgument {
    case text
    case json
    /// For pasting into a ticket; reports only.
    case markdown
}
