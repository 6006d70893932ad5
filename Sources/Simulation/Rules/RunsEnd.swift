internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// Rule 10: every run ends, in a state that the report tells truly: once nothing goes wrong any more and the command is
/// given again, all nodes run the version that was asked for, and every agent knows that the run is over.
struct RunsEnd {
    func historyEnds(_ ending: Ending?, in world: World) -> String? {
        guard ending == .done else {
            return "the run did not end once the faults had: \(ending.map(Story.of) ?? "it goes on")"
        }
        for node in world.nodes {
            if node.binary != world.target || node.running != world.target || node.status.version != world.target {
                return "\(node.name) does not run \(world.target) although the run is done"
            }
            if node.agent?.machine.state.current != nil {
                return "\(node.name) is still in a step although the run is done"
            }
        }
        return nil
    }
}
