/// The right to do one step for a while.
package struct Lease: Hashable, Sendable, Codable {
    package let run: RunID
    /// SHA-256 of the stored plan's text, in hexadecimal.
    package let planDigest: String
    package let step: StepID
    package let epoch: Epoch
    package let nonce: Nonce
    /// How long the lease lives from its nonce's issue, in milliseconds; an agent cuts it to `Lease.longestLife`.
    package let life: Int
    /// Do the step again although it was done in this run: a resume takes a fresh snapshot while no server has
    /// passed its point of no return, and renews a hold. Only for what `StepKind.mayBeRepeated`.
    package let again: Bool

    /// In milliseconds (design: 30 s).
    package static let longestLife = 30_000

    package init(
        run: RunID, planDigest: String, step: StepID, epoch: Epoch, nonce: Nonce, life: Int = Lease.longestLife,
        again: Bool = false
    ) {
        self.run = run
        self.planDigest = planDigest
        self.step = step
        self.epoch = epoch
        self.nonce = nonce
        self.life = life
        self.again = again
    }
}
