internal import Wire

/// What an operator asks for.
enum Wish: Hashable {
    /// The upgrade, begun or resumed.
    case upgrade
    /// The upgrade, whoever holds the lock.
    case takeOver
    /// What a dead run holds is given back, and nothing more.
    case release
    /// One worker back to the version before, whatever run is open.
    case rollBack
    /// The upgrade, though this node cannot be asked.
    case assumeDown(Int)
    /// Another version than can be gone to.
    case wrongTarget(K3sVersion)
}
