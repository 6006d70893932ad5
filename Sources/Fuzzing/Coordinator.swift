internal import CoordinatorCore
internal import Wire

extension FuzzTarget {
    /// A run whose agents say whatever they like. The first line is the plan that they have stored, each other one begins
    /// with the digit of the node that speaks: an answer to the oldest request that waits for one, or an event; `+` lets
    /// time pass, `!` interrupts, `-` behind a digit breaks that link.
    static let coordinator = FuzzTarget("coordinator") { bytes in
        let lines = bytes.split(separator: 10, maxSplits: 64)
        guard let first = lines.first.map(Array.init),
            let plan = try? FrameCodec.decodeStrictly(Plan.self, from: first)
        else { return }
        var run = Run(plan, text: String(decoding: first, as: UTF8.self))
        for line in lines.dropFirst() { try run.take(Array(line)) }
    }

    private struct Run {
        private let nodes: [NodeName]
        private var rollout: Rollout
        private var now = 1_000
        private var waiting: [NodeName: [Int]] = [:]
        private var isOver = false

        init(_ plan: Plan, text: String) {
            nodes = plan.nodes.map(\.name)
            let holder = Holder(who: "o", machine: "desk", process: 1, since: 0)
            let setup = Rollout.Setup(
                plan: plan, planText: text, planDigest: "0", holder: holder, process: 1, resumes: true)
            rollout = Rollout(setup, at: now)
            for node in nodes { follow(rollout.linkUp(node, at: now)) }
        }

        mutating func take(_ line: [UInt8]) throws {
            now += 50
            switch line[0] {
            case UInt8(ascii: "+"):
                now += 5_000
                try follow(judging: rollout.tick(at: now))
            case UInt8(ascii: "!"): try follow(judging: rollout.interrupt(at: now))
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let place = Int(line[0]) - 48
                guard nodes.indices.contains(place) else { return }
                try hear(nodes[place], Array(line.dropFirst()))
            default: return
            }
        }

        private mutating func hear(_ node: NodeName, _ line: [UInt8]) throws {
            guard line != [UInt8(ascii: "-")] else {
                waiting[node] = nil
                try follow(judging: rollout.linkDown(node, at: now))
                return try follow(judging: rollout.linkUp(node, at: now))
            }
            switch try? FrameCodec.decode(Said.self, from: line) {
            case .answer(_, let answer):
                guard let id = waiting[node]?.first else { return }
                waiting[node]?.removeFirst()
                try follow(judging: rollout.answered(node, id: id, answer, at: now))
            case .event(let event): try follow(judging: rollout.event(node, event, at: now))
            case nil: return
            }
        }

        private mutating func follow(judging actions: [Rollout.Action]) throws {
            try demand(!isOver || actions.isEmpty, "a run goes on behind its end")
            try demand(actions.count < 1_000, "one line has a thousand consequences")
            follow(actions)
            if !isOver, let wake = rollout.wake(at: now) {
                try demand(wake > now, "a run wakes in the past")
            }
        }

        private mutating func follow(_ actions: [Rollout.Action]) {
            for action in actions {
                switch action {
                case .send(let node, let id, _): waiting[node, default: []].append(id)
                case .note: break
                case .finish: isOver = true
                }
            }
        }
    }
}
