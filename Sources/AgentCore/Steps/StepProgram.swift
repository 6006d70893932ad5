package import Wire

/// The phases of a step, in order.
package enum StepProgram {
    package static func phases(of step: StepID, in plan: Plan) -> [Phase] {
        switch step.kind {
        case .stage: return [.fetch, .saveKit]
        case .snapshot: return [.takeSnapshot, .verifySnapshot]
        case .drain: return [.cordon, .evict]
        case .uncordon: return [.awaitNode, .uncordon]
        case .install:
            let installer: [Phase] = plan.policy.method == .installScript ? [.installer] : []
            let isServer = plan.node(step.node)?.role == .server
            // The installer runs while the old process still serves; the cold copy, for which the service must stop,
            // comes right before the start that ends the outage.
            return [.check, .place] + installer + [.restoreUnit] + (isServer ? [.coldCopy] : []) + [.restart, .await]
        case .rollback: return [.check, .place, .restoreUnit, .restart, .await]
        }
    }

    package static func phase(after phase: Phase, of step: StepID, in plan: Plan) -> Phase? {
        let phases = phases(of: step, in: plan)
        guard let index = phases.firstIndex(of: phase), index + 1 < phases.count else { return nil }
        return phases[index + 1]
    }

    /// Whether a step that is in `phase` has begun what must be finished.
    package static func isPastReturn(_ phase: Phase, of step: StepID, in plan: Plan) -> Bool {
        let phases = phases(of: step, in: plan)
        guard let commit = phases.firstIndex(of: .pointOfNoReturn), let index = phases.firstIndex(of: phase) else {
            return false
        }
        return index >= commit
    }
}
