internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// Something that happens at a moment. What concerns a process carries its life, so that what was meant for an earlier
/// one falls away. Large payloads lie apart: an occurrence is moved more often than it is looked into.
enum Occurrence {
    case connect(coordinator: Int, node: Int)
    case linkLost(Link)
    indirect case request(Link, id: Int, Request)
    case answer(Link, id: Int, Answer)
    case event(Link, Event)
    case look(Link, id: Int)
    case coordinatorWake(Int)
    case agentWake(node: Int, life: Int)
    case agentStart(node: Int, life: Int)
    case effectEnd(node: Int, life: Int, token: Int)
    case heldLook(node: Int, life: Int, held: Int)
    indirect case giveBack(node: Int, life: Int, HeldDrain)
    case roomAgain(node: Int, life: Int)
    case k3sUp(node: Int, start: Int)
    case fault(Fault)
    case mend(Mend)
    case boot(Int, life: Int)
    indirect case operatorCommands(Wish)
    /// One who was asked something first, or pushed a release, after the agents had been asked.
    indirect case operatorBegins(Wish, Rollout.Setup)
    case operatorInterrupts(Int)
}
