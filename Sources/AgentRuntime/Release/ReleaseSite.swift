package import Wire

/// Where releases come from, laid out as K3s' own: `<site>/download/<version>/<file>`.
package struct ReleaseSite: Sendable, Hashable {
    package let base: WebAddress

    package init(_ base: WebAddress) { self.base = base }

    package func binary(_ version: K3sVersion, for machine: Architecture) -> WebAddress? {
        file(machine.binaryName, of: version)
    }

    package func checksums(_ version: K3sVersion, for machine: Architecture) -> WebAddress? {
        file(machine.checksumListName, of: version)
    }

    private func file(_ name: String, of version: K3sVersion) -> WebAddress? {
        // A bare + in a path is read as a blank by some servers and mirrors.
        let tag = "\(version)".split(separator: "+").joined(separator: "%2B")
        return base.appending("download/\(tag)/\(name)")
    }
}
