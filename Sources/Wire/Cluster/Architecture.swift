/// A processor architecture that K3s is released for, by the word in its checksum lists.
package enum Architecture: String, Sendable, Codable, CaseIterable {
    case amd64, arm64, arm, s390x

    /// The binary's file name in a release.
    package var binaryName: String {
        switch self {
        case .amd64: "k3s"
        case .arm64: "k3s-arm64"
        case .arm: "k3s-armhf"
        case .s390x: "k3s-s390x"
        }
    }

    /// The checksum list's file name in a release.
    package var checksumListName: String { "sha256sum-\(rawValue).txt" }

    /// From the kernel's word for the machine (`uname -m`).
    package init?(machine: String) {
        switch machine {
        case "x86_64", "amd64": self = .amd64
        case "aarch64", "arm64": self = .arm64
        case "s390x": self = .s390x
        case let word where word.hasPrefix("arm"): self = .arm
        default: return nil
        }
    }
}
