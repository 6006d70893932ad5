/// One connection between a coordinator and an agent: two streams of bytes, each in its order.
final class Link {
    let coordinator: Int
    let node: Int
    /// Whether the agent still reads from it. What was sent before the coordinator gave it up may yet be read.
    var agentReads = true
    /// Whether what the agent says still arrives. A half-open connection swallows it.
    var agentIsHeard = true
    /// Until when what was sent to the agent lies about on its way.
    var lingersUntil = 0
    /// When the last message of each direction arrives: a later one never overtakes it.
    var lastDown = 0
    var lastUp = 0

    init(coordinator: Int, node: Int) {
        self.coordinator = coordinator
        self.node = node
    }
}
