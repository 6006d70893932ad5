internal import AgentCore
internal import Wire

/// Something that happens at a moment. What concerns a process carries its life, so that what was meant for an earlier
/// one falls away.
enum Occurrence {
    case connect(Int, coordinator: Int, node: Int)
    case linkLost(coordinator: Int, node: Int, connection: Int)
    case request(node: Int, coordinator: Int, connection: Int, id: Int, Request)
    case answer(coordinator: Int, node: Int, connection: Int, id: Int, Answer)
    case event(coordinator: Int, node: Int, connection: Int, Event)
    case look(coordinator: Int, node: Int, connection: Int, id: Int)
    case coordinatorWake(Int)
    case agentWake(node: Int, life: Int)
    case agentStart(node: Int, life: Int)
    case effectEnd(node: Int, life: Int, Effect)
    case heldLook(node: Int, life: Int, NodeName)
    case giveBack(node: Int, life: Int, HeldDrain)
    case k3sUp(node: Int, start: Int)
    case fault(Fault)
    case mend(Fault)
    case operatorStarts(takeOver: Bool)
    case operatorInterrupts(Int)
}

/// What goes wrong.
enum Fault {
    case agentCrash(node: Int)
    case hostCrash(node: Int)
    case freeze(node: Int, milliseconds: Int)
    case cut(coordinator: Int, node: Int)
    case coordinatorCrash
    /// The release does not start on this node, until it is mended.
    case badStart(node: Int)
    case secondOperator(takeOver: Bool)
    case interrupt
}
