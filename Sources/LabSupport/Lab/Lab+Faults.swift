import SystemPackage

extension Lab {
    /// One end of a connection to cut.
    package enum Peer: Sendable {
        case `operator`
        case host(String)

        var name: String {
            switch self {
            case .operator: "operator"
            case .host(let name): name
            }
        }
    }

    // MARK: Power

    /// A power cut: nothing of the host says goodbye. What it had written stays, synced or not.
    package func kill(_ host: String) async throws(LabError) { try await fault("kill", host) }

    /// Switches a host on; see `awaitSSH`.
    package func boot(_ host: String) async throws(LabError) { try await fault("boot", host) }

    /// An orderly reboot; returns when the host has gone down.
    package func reboot(_ host: String) async throws(LabError) {
        try await fault("reboot", host, deadline: .seconds(120))
    }

    /// Stops every process of a host; its kernel still takes connections, and nobody answers.
    package func freeze(_ host: String) async throws(LabError) { try await fault("freeze", host) }

    package func thaw(_ host: String) async throws(LabError) { try await fault("thaw", host) }

    /// Waits until a host lets an ordinary user in by ssh.
    package func awaitSSH(_ host: String, within deadline: Duration = .seconds(120)) async throws(LabError) {
        try await fault("await", host, "\(deadline.components.seconds)", deadline: deadline + .seconds(10))
    }

    // MARK: Network

    /// The two lose sight of each other, in both directions; packets are dropped, not refused.
    package func cut(_ a: Peer, from b: Peer) async throws(LabError) { try await fault("cut", a.name, b.name) }

    /// Mends one cut.
    package func heal(_ a: Peer, and b: Peer) async throws(LabError) { try await fault("heal", a.name, b.name) }

    /// Mends every cut.
    package func healAll() async throws(LabError) { try await fault("heal") }

    /// Pulls the host's cable; outlives its boots, as the two below do.
    package func unplug(_ host: String) async throws(LabError) { try await fault("unplug", host) }

    package func plug(_ host: String) async throws(LabError) { try await fault("plug", host) }

    /// Delays everything to and from the host, each way; zero ends it.
    package func delay(_ host: String, milliseconds: Int) async throws(LabError) {
        try await fault("delay", host, "\(milliseconds)")
    }

    /// Limits the host's bandwidth, each way; zero ends it.
    package func limit(_ host: String, kilobitsPerSecond: Int) async throws(LabError) {
        try await fault("rate", host, "\(kilobitsPerSecond)")
    }

    // MARK: Disk

    /// Fills the host's disk, but for so many bytes.
    package func fill(_ host: String, leaving bytes: Int = 0) async throws(LabError) {
        try await fault("fill", host, "\(bytes)")
    }

    package func unfill(_ host: String) async throws(LabError) { try await fault("unfill", host) }

    /// Makes the host's root read-only.
    ///
    /// - Throws: `labFailed` while a file on it is open for writing.
    package func makeReadOnly(_ host: String) async throws(LabError) { try await fault("readonly", host) }

    package func makeWritable(_ host: String) async throws(LabError) { try await fault("writable", host) }

    private func fault(_ name: String, _ arguments: String..., deadline: Duration = .seconds(60)) async throws(LabError)
    {
        try await lab([name, state.string] + arguments, deadline: deadline).checked()
    }
}
