internal import Glibc
internal import Hashing
package import SystemPackage
package import Wire

/// The static agent binary on the operator's machine, looked at before it goes anywhere.
package struct AgentProgram: Hashable, Sendable {
    package let path: FilePath
    package let sha256: String
    package let bytes: Int
    package let architecture: Architecture

    /// A static agent has some 15 MB.
    private static let limit = 256 << 20

    package init(path: FilePath, sha256: String, bytes: Int, architecture: Architecture) {
        self.path = path
        self.sha256 = sha256
        self.bytes = bytes
        self.architecture = architecture
    }

    /// Reads the file.
    ///
    /// Throws `agent-program-unusable`.
    package init(at path: FilePath) throws(CoordinatorError) {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.bytes(path, limit: Self.limit)
        } catch {
            throw Self.unusable(path, "\(error)")
        }
        guard let architecture = Self.architecture(ofELF: bytes.prefix(20)) else {
            throw Self.unusable(path, "it is no Linux program for an architecture that K3s runs on")
        }
        self.init(path: path, sha256: SHA256.hex(of: bytes), bytes: bytes.count, architecture: architecture)
    }

    /// The one that was installed, or built, with the program that runs.
    ///
    /// Throws `agent-program-unusable`.
    package static func besideThisProgram() throws(CoordinatorError) -> AgentProgram {
        guard let resolved = realpath("/proc/self/exe", nil) else {
            throw unusable("k3s-upgrade-agent", "it is not known where this program lies")
        }
        defer { free(resolved) }
        let folder = FilePath(String(cString: resolved)).removingLastComponent()
        let built = folder.removingLastComponent().removingLastComponent().appending(".build-agent/release")
        let candidates = [folder, built].map { $0.appending("k3s-upgrade-agent") }
        let present = candidates.first { access($0.string, R_OK) == 0 }
        return try AgentProgram(at: present ?? candidates[0])
    }

    /// From the ELF header: `e_machine` at 18, in the byte order that byte 5 tells (System V ABI, ELF-64 object file
    /// format).
    static func architecture(ofELF header: some Collection<UInt8>) -> Architecture? {
        let header = Array(header)
        guard header.count >= 20, header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        let (low, high) = header[5] == 2 ? (header[19], header[18]) : (header[18], header[19])
        return switch UInt16(low) | UInt16(high) << 8 {
        case 62: .amd64
        case 183: .arm64
        case 40: .arm
        case 22: .s390x
        default: nil
        }
    }

    private static func unusable(_ path: FilePath, _ reason: String) -> CoordinatorError {
        CoordinatorError(
            .agentProgramUnusable, .usage, "cannot use \(path) as the agent: \(reason)",
            wayOut: "build it with deploy/build, or give its path with --agent")
    }
}

extension CoordinatorError.Code {
    package static let agentProgramUnusable = Self(rawValue: "agent-program-unusable")
}
