/// What happens when a host shows a key that no known_hosts file has. A changed key is refused whatever the policy.
package enum HostKeyPolicy: Sendable {
    /// It is refused.
    case strict
    /// The caller is shown the key; if it says yes, the key is written to the first known_hosts file.
    case acceptNew(@Sendable (HostKey) async -> Bool)
}
