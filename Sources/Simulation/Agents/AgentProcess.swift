internal import AgentCore

/// An agent's process, with which its machine dies. A class, so that the machine is changed in its place.
final class AgentProcess {
    var machine: AgentMachine

    init(_ machine: AgentMachine) { self.machine = machine }
}
