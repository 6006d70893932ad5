internal import CoordinatorCore
internal import Wire

/// The operators' coordinators, and the carrying out of what their rollouts decide.
extension World {
    func drive(_ index: Int, _ input: (inout Rollout, Int) -> [Rollout.Action]) {
        let coordinator = coordinators[index]
        guard coordinator.isAlive else { return }
        let clock = coordinator.clock.reading(at: now)
        let actions = input(&coordinator.rollout, clock)
        follow(index)
        for action in actions {
            switch action {
            case .send(let name, let id, let request):
                guard let node = self.index(name) else { continue }
                if countsAsPoint(request), crashPoints.reachesCoordinator() {
                    die(index)
                    return
                }
                send(request, id: id, from: index, to: node)
            case .note(let note):
                say("coordinator \(index): \(Story.of(note))")
                rules.notes(note, of: coordinator, in: self)
            case .finish(let ending):
                say("coordinator \(index) ends: \(Story.of(ending))")
                coordinator.ending = ending
                end(index)
                rules.ends(ending)
                if nobodyLeads { aim(at: .nobodyLeads, node: nil, within: 5_000) }
                return
            }
        }
        scheduleWake(index, clock)
    }

    /// Signs of life and looks are many and alike.
    private func countsAsPoint(_ request: Request) -> Bool {
        switch request {
        case .beat, .observe, .status, .renew: false
        default: true
        }
    }

    /// What the rollout has come to be at.
    private func follow(_ index: Int) {
        let coordinator = coordinators[index]
        let activity = coordinator.rollout.activityNow()
        guard activity != coordinator.activity else { return }
        coordinator.activity = activity
        if activity == .finished { return }
        if ![.surveying, .claiming, .releasing].contains(activity) { coordinator.hasLed = true }
        if coordinator.onlyReleases, activity == .running { agenda.enter(.operatorInterrupts(index), at: now) }
        aim(at: .stage(activity), node: nil, within: activity == .gating || activity == .running ? 3_000 : 30)
    }

    private func scheduleWake(_ index: Int, _ clock: Int) {
        let coordinator = coordinators[index]
        guard coordinator.isAlive, let wake = coordinator.rollout.nextWake(at: clock) else { return }
        let at = coordinator.clock.time(of: wake, at: now)
        if let planned = coordinator.nextWake, planned <= at { return }
        coordinator.nextWake = at
        agenda.enter(.coordinatorWake(index), at: at)
    }

    func coordinatorWakes(_ index: Int) {
        let coordinator = coordinators[index]
        guard coordinator.frozenUntil <= now else {
            agenda.enter(.coordinatorWake(index), at: coordinator.frozenUntil)
            return
        }
        guard coordinator.nextWake.map({ $0 <= now }) ?? false else { return }
        coordinator.nextWake = nil
        drive(index) { $0.tick(at: $1) }
    }

    func die(_ index: Int) {
        say("coordinator \(index) dies")
        end(index)
        if nobodyLeads { aim(at: .nobodyLeads, node: nil, within: 5_000) }
    }
}

/// Read in their place: read from a class, a rollout would be copied as a whole.
extension Rollout {
    fileprivate mutating func activityNow() -> Activity { activity }
    fileprivate mutating func nextWake(at now: Int) -> Int? { wake(at: now) }
}
