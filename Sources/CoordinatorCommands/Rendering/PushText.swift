package import CoordinatorRuntime
internal import Wire

/// How far a push is, a line for each word of it.
package enum PushText {
    package static func line(_ note: BinaryPush.Note) -> String {
        switch note {
        case .fetching(let version, let architecture, let address):
            "fetching k3s \(version) for \(architecture.rawValue) from \(address)"
        case .sending(let node, let sent, let size): "\(node): pushing, \(megabytes(sent)) of \(megabytes(size)) MB"
        case .present(let node): "\(node): has the release already"
        case .kept(let node, let size, let seconds):
            "\(node): pushed \(megabytes(size)) MB in \(Seconds.text(Int(seconds * 1_000)))"
        }
    }

    /// With one digit behind the point.
    private static func megabytes(_ bytes: Int64) -> String {
        let tenths = (bytes + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
