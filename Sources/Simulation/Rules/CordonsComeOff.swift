internal import AgentCore
internal import Wire

/// Rule 4: every cordon of ours comes off, and none that is the operator's; and not while the node is being worked on.
struct CordonsComeOff {
    func uncordons(_ node: Int, in world: World) -> String? {
        let subject = world.nodes[node]
        if subject.cordonedByOperator { return "the operator's cordon was taken off \(subject.name)" }
        if let current = subject.agent?.machine.state.current, current.undoing == nil, current.step.kind == .install,
            current.step.node == subject.name, subject.running == nil
        {
            return "\(subject.name) was given back in the middle of its \(current.step)"
        }
        return nil
    }

    func leftAlone(in world: World) -> String? {
        world.nodes.first { $0.mark != nil && $0.running != nil }.map {
            "\($0.name) stays cordoned by us, with nobody left"
        }
    }

    func historyEnds(in world: World) -> String? {
        for node in world.nodes {
            if node.mark != nil, node.running != nil { return "\(node.name) was left cordoned by us" }
            if node.cordonedByOperator, !node.unschedulable { return "\(node.name)'s own cordon is gone" }
            if !node.cordonedByOperator, node.unschedulable, node.running != nil {
                return "\(node.name) was left unschedulable"
            }
        }
        return nil
    }
}
