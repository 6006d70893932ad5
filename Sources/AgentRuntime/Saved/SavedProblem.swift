/// Why a saved file cannot be relied on.
package struct SavedProblem: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case missing
        case changed(found: FileDigest)
        case unreadable(String)
    }

    package let path: String
    package let kind: Kind

    package var description: String {
        switch kind {
        case .missing: "the saved copy of \(path) is missing"
        case .changed(let found): "the saved copy of \(path) has changed (SHA-256 \(found.sha256) now)"
        case .unreadable(let reason): "the saved copy of \(path) cannot be read: \(reason)"
        }
    }
}
