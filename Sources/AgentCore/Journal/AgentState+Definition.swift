package import Wire

extension AgentState {
    /// A step that may have left the node without its unit and environment, which the official installer deletes on its
    /// way.
    package struct OwedDefinition: Hashable, Sendable {
        package let step: StepID
        /// Whether it failed in putting them back: no operator has mended them since then, as far as is known.
        package let isKnownBroken: Bool
    }

    /// Nil where what became of unit and environment since is the operator's doing.
    package var owedDefinition: OwedDefinition? {
        let kinds: [StepKind] = [.install, .rollback]
        if let current {
            return kinds.contains(current.step.kind) ? OwedDefinition(step: current.step, isKnownBroken: false) : nil
        }
        let failed = outcomes.last {
            kinds.contains($0.step.kind) && $0.result == .failed && $0.passedPointOfNoReturn
        }
        return failed.map { OwedDefinition(step: $0.step, isKnownBroken: $0.phases.last?.phase == .restoreUnit) }
    }
}
