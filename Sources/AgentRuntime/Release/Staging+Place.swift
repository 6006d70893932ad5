package import SystemPackage
package import Wire

extension Staging {
    /// Puts the staged binary in the place of the installed one: one rename, durable. This is the point of no return.
    ///
    /// Safe to repeat: if the installed binary is the wanted one already, nothing is done.
    package func place(
        _ version: K3sVersion, sha256: String, over binary: FilePath
    ) async throws(NodeError) {
        let installed = root.path(binary)
        if try await FileDigest.ofPresent(installed, following: true)?.sha256 == sha256 { return }
        let staged = self.binary(version)
        let digest = try await FileDigest.of(staged)
        guard digest.sha256 == sha256 else {
            throw Self.mismatch("the staged binary \(staged)", got: digest.sha256, expected: sha256)
        }
        try Durable.settle(
            staged, at: installed, mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
    }
}
