/// One key that was, or could not be, offered to a server.
struct Attempt: Sendable, CustomStringConvertible {
    enum Outcome: String, Sendable {
        case refused
        case partial = "accepted, but the server wants another method too"
        case missing = "not there"
        case locked = "encrypted, and no passphrase was given"
        case unusable = "not a usable private key, or the passphrase is wrong"
        case noAgent = "does not answer"
        case agentFailed = "failed, or would not sign"
    }

    /// A file, or the ssh-agent.
    let source: String
    let fingerprint: String?
    let outcome: Outcome

    var description: String {
        "\(UntrustedText.cleaned(source))\(fingerprint.map { " (\($0))" } ?? ""): \(outcome.rawValue)"
    }
}
