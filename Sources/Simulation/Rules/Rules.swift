internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// The ten rules that always hold, each in a file of its own, held against every step of a history. The world tells
/// what happens before it goes on; a rule that is broken says how.
struct Rules {
    struct Breach {
        let rule: Int
        let at: Int
        let what: String
    }

    private(set) var breaches: [Breach] = []

    private var oneAtATime = OneDisruptionAtATime()
    private var snapshotFirst = SnapshotFirst()
    private var versionOrder = VersionOrder()
    private var cordonsComeOff = CordonsComeOff()
    private var nothingTwice = NothingTwice()
    private var staleLeases: StaleLeasesStartNothing
    private var acknowledged: AcknowledgedSurvives
    private var failureStops = FailureStops()
    private var plannedFiles = PlannedFilesOnly()
    private var runsEnd = RunsEnd()

    init(nodes: Int) {
        staleLeases = StaleLeasesStartNothing(nodes: nodes)
        acknowledged = AcknowledgedSurvives(nodes: nodes)
    }

    private mutating func judge(_ rule: Int, _ what: String?, _ world: World) {
        guard let what else { return }
        breaches.append(Breach(rule: rule, at: world.now, what: what))
        world.say("BROKEN, rule \(rule): \(what)")
    }

    // MARK: What agents do

    mutating func agentStarts(_ node: Int, _ state: AgentState, in world: World) {
        staleLeases.agentStarts(node, state)
        judge(7, acknowledged.recovered(node, state, in: world), world)
    }

    mutating func receives(_ request: Request, by node: Int, in world: World) {
        staleLeases.receives(request, by: node, in: world)
    }

    mutating func writes(_ record: Record, on node: Int, in world: World) {
        if case .stepStarted(let step, _, _) = record {
            let before = acknowledged.state(node)
            judge(5, nothingTwice.starts(step, on: node, before), world)
            judge(6, staleLeases.starts(step, on: node, before), world)
        }
        acknowledged.writes(record, on: node, in: world)
        judge(6, staleLeases.writes(record, on: node, in: world), world)
        failureStops.writes(record, on: node)
    }

    /// The power went while the record was being written.
    mutating func mayHaveWritten(_ record: Record, on node: Int, in world: World) {
        acknowledged.mayHaveWritten(record, on: node, in: world)
    }

    mutating func answers(_ answer: Answer, by node: Int, in world: World) {
        judge(7, acknowledged.answers(answer, by: node, in: world), world)
        staleLeases.answers(answer, by: node, in: world)
    }

    mutating func begins(_ effect: Effect, on node: Int, in world: World) {
        guard case .phase(let phase) = effect.work else { return }
        judge(7, acknowledged.begins(effect, on: node), world)
        judge(6, staleLeases.begins(effect, phase, on: node, in: world), world)
        guard effect.step.kind.isDisruptive else { return }
        judge(1, oneAtATime.begins(effect, on: node, in: world), world)
        judge(2, snapshotFirst.begins(effect, phase, on: node, in: world), world)
        judge(8, failureStops.begins(effect, phase, in: world), world)
    }

    // MARK: What happens to nodes

    mutating func snapshotTaken(_ effect: Effect) { snapshotFirst.taken(effect) }
    mutating func snapshotVerified(_ effect: Effect) { snapshotFirst.verified(effect) }

    mutating func places(_ version: K3sVersion, _ effect: Effect, on node: Int, in world: World) {
        snapshotFirst.places(effect, on: node, in: world)
        judge(3, versionOrder.places(version, effect, on: node, in: world), world)
        judge(9, plannedFiles.places(version, effect, on: node, in: world), world)
    }

    mutating func disruptionsChanged(in world: World) { judge(1, oneAtATime.look(at: world), world) }

    mutating func stopsService(_ effect: Effect, on node: Int, in world: World) {
        judge(5, nothingTwice.stopsService(effect, on: node, in: world), world)
        judge(9, plannedFiles.stopsService(effect, on: node, in: world), world)
    }

    mutating func serviceUp(_ node: Int, byStepOf run: RunID?) { nothingTwice.serviceUp(node, byStepOf: run) }
    mutating func hostLostPower(_ node: Int) { nothingTwice.hostLostPower(node) }

    mutating func uncordons(_ node: Int, in world: World) {
        judge(4, cordonsComeOff.uncordons(node, in: world), world)
    }

    // MARK: What coordinators do

    mutating func commandGiven() { failureStops.commandGiven() }

    mutating func notes(_ note: Note, of coordinator: SimulatedCoordinator, in world: World) {
        staleLeases.notes(note, assumedDown: coordinator.assumedDown)
        judge(8, failureStops.notes(note, of: coordinator, in: world, written: acknowledged.state), world)
    }

    mutating func ends(_ ending: Ending) { failureStops.ends(ending) }

    // MARK: The end

    /// No operator came back, and agents had the time that they may take.
    mutating func leftAlone(in world: World) { judge(4, cordonsComeOff.leftAlone(in: world), world) }

    mutating func historyEnds(_ ending: Ending?, in world: World) {
        judge(4, cordonsComeOff.historyEnds(in: world), world)
        judge(9, plannedFiles.historyEnds(in: world), world)
        judge(10, runsEnd.historyEnds(ending, in: world), world)
    }
}
