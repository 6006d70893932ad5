package import CoordinatorCore
package import Wire

/// When a fault strikes: what the leading coordinator is at, or a phase that an agent is in.
package enum Moment: Hashable, Sendable {
    case nobodyLeads
    case stage(Rollout.Activity)
    case phase(Phase)
    case undoing

    package static let all: [Moment] =
        [.nobodyLeads] + Rollout.Activity.allCases.filter { $0 != .finished }.map(Moment.stage)
        + Phase.allCases.map(Moment.phase) + [.undoing]

    /// Its place in `all`.
    var place: Int { Self.all.firstIndex(of: self) ?? 0 }

    var isStage: Bool {
        switch self {
        case .stage, .nobodyLeads: true
        case .phase, .undoing: false
        }
    }

    package var name: String {
        switch self {
        case .nobodyLeads: "nobody-leads"
        case .stage(let activity): activity.rawValue
        case .phase(let phase): phase.rawValue
        case .undoing: "undoing"
        }
    }
}
