internal import AgentCore
internal import Wire

/// The K3s service of a node.
extension World {
    func stopService(_ index: Int, _ effect: Effect) {
        let node = nodes[index]
        rules.stopsService(effect, on: index, in: self)
        node.running = nil
        if node.downSince == nil { node.downSince = now }
        node.stoppedByStep = true
        node.starts += 1
        setHeard(index)
        rules.disruptionsChanged(in: self)
    }

    /// The unit is restarted on what the disk holds; a service that runs on it already is left alone.
    func restartService(_ index: Int, _ effect: Effect) {
        let node = nodes[index]
        guard node.running != node.binary else { return }
        stopService(index, effect)
        node.restartedFor = effect.plan.run
        agenda.enter(.k3sUp(node: index, start: node.starts), at: now + chance.pick(100...20_000))
    }

    func k3sUp(_ index: Int, _ start: Int) {
        let node = nodes[index]
        guard node.starts == start, node.hostUp, node.running == nil else { return }
        guard !(node.startFails && node.binary == target), node.unitIsWhole else { return }
        node.running = node.binary
        node.downSince = nil
        node.stoppedByStep = false
        rules.serviceUp(index, byStepOf: node.restartedFor)
        node.restartedFor = nil
        setHeard(index)
        say("\(node.name): k3s \(node.binary) runs")
    }
}
