package import SystemPackage
package import Wire

extension Staging {
    /// Puts the staged binary in the place of the installed one: one rename, durable. This is the point of no return.
    ///
    /// Safe to repeat: if it has been moved already, nothing is done.
    ///
    /// - Parameter hashed: the staged binary as it was hashed a moment ago; one that is not that any more is hashed anew.
    package func place(
        _ version: K3sVersion, sha256: String, over binary: FilePath, hashed: HashedFile? = nil
    ) async throws(NodeError) {
        let installed = root.path(binary)
        let staged = self.binary(version)
        let known = hashed?.isUnchanged(at: staged) == true ? hashed : try await hashedBinary(version)
        guard let known else {
            if try await FileDigest.ofPresent(installed, following: true)?.sha256 == sha256 { return }
            throw NodeError(
                .releaseMismatch, "the staged binary \(staged) is gone, and \(binary) is not it",
                wayOut: "nothing was changed; run the same command again")
        }
        guard known.digest.sha256 == sha256 else {
            throw Self.mismatch("the staged binary \(staged)", got: known.digest.sha256, expected: sha256)
        }
        try Durable.settle(
            staged, at: installed, mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
    }
}
