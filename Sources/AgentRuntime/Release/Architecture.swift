internal import Glibc

/// A machine that K3s is released for, with its names in a release.
package enum Architecture: String, Sendable, Codable, CaseIterable {
    case amd64, arm64, arm

    /// The binary's name among a release's files.
    package var binaryName: String {
        switch self {
        case .amd64: "k3s"
        case .arm64: "k3s-arm64"
        case .arm: "k3s-armhf"
        }
    }

    package var checksumName: String { "sha256sum-\(rawValue).txt" }

    /// From uname's machine; nil for one that K3s has no binary for that we know.
    package init?(machine: String) {
        switch machine {
        case "x86_64", "amd64": self = .amd64
        case "aarch64", "arm64": self = .arm64
        case _ where machine.hasPrefix("armv"), "arm": self = .arm
        default: return nil
        }
    }

    /// This machine's.
    package static func current() throws(NodeError) -> Architecture {
        var name = utsname()
        _ = uname(&name)
        let machine = withUnsafePointer(to: &name.machine) { field in
            field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
                String(cString: $0)
            }
        }
        guard let architecture = Architecture(machine: machine) else {
            throw NodeError(.architectureUnknown, "there is no K3s release for this machine, \(machine)")
        }
        return architecture
    }
}

extension NodeError.Code {
    package static let architectureUnknown = Self(rawValue: "architecture-unknown")
}
