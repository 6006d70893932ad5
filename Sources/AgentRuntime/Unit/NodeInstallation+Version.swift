internal import Processes
package import Wire

extension NodeInstallation {
    /// The version of the binary on disk, which is not always the one that runs. Nil without a binary.
    package func versionOnDisk(_ runner: CommandRunner) async throws(NodeError) -> K3sVersion? {
        let path = root.path(binary)
        guard try FileFacts(at: path, following: true)?.kind == .file else { return nil }
        let command = Command(.at(path), ["--version"], deadline: .seconds(30))
        let result = try await runner.require(command)
        guard let version = Self.version(printed: result.outputText) else {
            throw NodeError(
                .versionUnclear, "\(binary) does not say its version in K3s' way",
                wayOut: "check by hand: \(binary) --version")
        }
        return version
    }

    /// Reads `k3s version v1.33.2+k3s1 (6e38c8b5)`.
    package static func version(printed text: String) -> K3sVersion? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count > 2, words[0] == "k3s", words[1] == "version" else { return nil }
        return K3sVersion(String(words[2]))
    }
}

extension NodeError.Code {
    package static let versionUnclear = Self(rawValue: "version-unclear")
}
