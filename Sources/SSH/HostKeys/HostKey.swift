/// A host's key, as people compare it.
package struct HostKey: Sendable, Hashable, CustomStringConvertible {
    /// The name of the type, such as `ssh-ed25519`.
    package let type: String
    /// `SHA256:` and base64, as `ssh-keygen -l` shows it.
    package let fingerprint: String

    init(_ key: NativeKey) {
        type = key.type
        fingerprint = key.fingerprint
    }

    package var description: String { "\(type) \(fingerprint)" }
}
