internal import CoordinatorCore
package import Wire

/// What there is to know before anything is decided: asked of all agents at once, and nothing is changed by it.
package struct ClusterSurvey: Sendable {
    package struct Member: Sendable {
        package let node: InventoryNode
        package let product: String
        package let report: NodeReport
        package let leases: AgentReport
    }

    /// Of the nodes that answered, in the inventory's order: servers first.
    package let members: [Member]
    package let problems: [(node: InventoryNode, error: CoordinatorError)]
    /// Nil where no server could look.
    package let cluster: ClusterObservation?
    package let clusterProblem: String?

    /// The run that is open, and the agent that knows it: a server's before a worker's.
    package var openRun: (run: RunSummary, at: NodeName, holder: Holder?, silent: Int?)? {
        let all = members.map(\.leases)
        let servers = members.filter { $0.node.role == .server }.map(\.leases)
        for member in members where !member.leases.wasLeftBehind(among: all, servers: servers) {
            if let run = member.leases.run, run.open {
                return (run, member.node.name, member.leases.holder, member.leases.holderSilent)
            }
        }
        return nil
    }

    /// Of the epochs that were promised.
    var highestCounter: UInt64 { members.compactMap { $0.leases.promised?.counter }.max() ?? 0 }

    /// Nodes that did not answer, and of which nobody said that they are down.
    func unasked(but assumedDown: [NodeName]) -> [(node: InventoryNode, error: CoordinatorError)] {
        problems.filter { !assumedDown.contains($0.node.name) }
    }

    /// What stands against all being given back; nil where nothing does.
    package func notReleased(but assumedDown: [NodeName]) -> Failure? {
        let held = members.flatMap(\.leases.held)
        guard held.isEmpty else { return .stillHeld(held) }
        let silent = unasked(but: assumedDown).map(\.node.name.text)
        guard !silent.isEmpty else { return nil }
        return Failure(
            code: "not-seen",
            message: "whether \(silent.joined(separator: ", ")) still holds a node drained cannot be asked",
            wayOut: "bring the connection back, then run the same command again")
    }

    /// The nodes whose agents say that they have staged a run's release.
    func staged(in run: RunID) -> Set<NodeName> {
        let done = members.filter { member in
            member.leases.run?.run == run
                && member.leases.outcome(of: StepID(kind: .stage, node: member.node.name))?.result == .done
        }
        return Set(done.map(\.node.name))
    }
}

extension ClusterSurvey {
    /// One survey, over connections of its own.
    package static func take(of inventory: Inventory) async -> ClusterSurvey {
        let links = AgentLinks(inventory)
        let survey = await take(over: links)
        await links.close()
        return survey
    }

    /// - Parameter seen: the cluster, where it was just looked at.
    package static func take(over links: AgentLinks, seen: ClusterObservation? = nil) async -> ClusterSurvey {
        await SurveyLinks.open(links).survey(seen: seen)
    }
}

/// The agents that can be asked, and why the others cannot.
package struct SurveyLinks: Sendable {
    private let inventory: Inventory
    private let links: [NodeName: AgentLink]
    private let problems: [NodeName: CoordinatorError]

    /// To look at a node's kit means to hash it: a slow disk takes its time.
    private static let limit: Duration = .seconds(120)

    /// Connects to all nodes at once; those that cannot be reached are told by `survey`.
    package static func open(_ all: AgentLinks) async -> SurveyLinks {
        let opened = await concurrently(all.inventory.nodes) { node throws(CoordinatorError) in
            try await all.link(to: node)
        }
        var links: [NodeName: AgentLink] = [:]
        var problems: [NodeName: CoordinatorError] = [:]
        for (node, result) in opened {
            switch result {
            case .success(let link): links[node.name] = link
            case .failure(let error): problems[node.name] = error
            }
        }
        return SurveyLinks(inventory: all.inventory, links: links, problems: problems)
    }

    /// Asks every agent about its node, and a server's about the cluster unless that was `seen` just now.
    package func survey(seen: ClusterObservation? = nil) async -> ClusterSurvey {
        var problems = problems
        async let observed = seen == nil ? observe() : (seen, nil)
        let found = await each(inventory.inOrder) { node, link throws(CoordinatorError) in
            let answer = try await link.ask(.inspect, within: Self.limit)
            guard case .node(let report) = answer else { throw Self.unexpected(node.name, answer) }
            let status = try await link.ask(.status, within: Self.limit)
            guard case .report(let leases) = status else { throw Self.unexpected(node.name, status) }
            return ClusterSurvey.Member(node: node, product: link.hello.product, report: report, leases: leases)
        }
        var members: [ClusterSurvey.Member] = []
        for (node, result) in found {
            switch result {
            case .success(let member): members.append(member)
            case .failure(let error): problems[node.name] = error
            }
        }
        let (cluster, problem) = await observed
        return ClusterSurvey(
            members: members,
            problems: inventory.inOrder.compactMap { node in problems[node.name].map { (node, $0) } },
            cluster: cluster, clusterProblem: problem)
    }

    /// The first server that can look at the cluster does.
    package func observe() async -> (ClusterObservation?, String?) {
        var problem: String?
        for node in inventory.servers {
            guard let link = links[node.name] else { continue }
            do throws(CoordinatorError) {
                switch try await link.ask(.observe, within: Self.limit) {
                case .cluster(let cluster): return (cluster, nil)
                case .refused(let refusal): problem = "\(node.name): \(refusal.message.cleaned(limit: 300))"
                default: problem = "\(node.name) gave another answer"
                }
            } catch {
                problem = error.message
            }
        }
        return (nil, problem ?? "no server's agent could be asked")
    }

    /// What every agent would run into.
    package func preflight(_ order: Preflight) async throws(CoordinatorError) -> [Finding] {
        // One server's look at the cluster is enough.
        let first = inventory.servers.first?.name
        let found = await each(inventory.inOrder) { node, link throws(CoordinatorError) in
            let drains = node.name == first ? order.drains : []
            let own = Preflight(target: order.target, method: order.method, drains: drains)
            let answer = try await link.ask(.preflight(own), within: Self.limit)
            guard case .findings(let findings) = answer else { throw Self.unexpected(node.name, answer) }
            return findings
        }
        var findings: [Finding] = []
        for (_, result) in found { findings += try result.get() }
        return findings
    }

    /// The text of the plan that a node's agent keeps.
    package func plan(at name: NodeName) async throws(CoordinatorError) -> String {
        guard let link = links[name] else { throw CoordinatorError.notConnected(name) }
        let answer = try await link.ask(.fetchPlan, within: Self.limit)
        guard case .plan(let text) = answer else { throw Self.unexpected(name, answer) }
        return text
    }

    private func each<Value: Sendable>(
        _ nodes: [InventoryNode],
        _ ask: @escaping @Sendable (InventoryNode, AgentLink) async throws(CoordinatorError) -> Value
    ) async -> [(InventoryNode, Result<Value, CoordinatorError>)] {
        let linked = nodes.compactMap { node in links[node.name].map { (node, $0) } }
        return await concurrently(linked) { pair throws(CoordinatorError) in try await ask(pair.0, pair.1) }
            .map { ($0.0.0, $0.1) }
    }

    private static func unexpected(_ node: NodeName, _ answer: Answer) -> CoordinatorError {
        guard case .refused(let refusal) = answer else {
            return CoordinatorError(
                .agentRefused, .failed, "\(node) gave another answer than was asked for", wayOut: "update its agent")
        }
        return CoordinatorError(
            .agentRefused, .failed, "\(node): \(refusal.message.cleaned(limit: 500))",
            wayOut: "look there at `journalctl -u k3s-upgrade-agent`")
    }
}

extension CoordinatorError {
    static func notConnected(_ node: NodeName) -> CoordinatorError {
        CoordinatorError(
            .linkLost, .unreachable, "there is no connection to \(node)", wayOut: "run the same command again")
    }
}

extension CoordinatorError.Code {
    package static let agentRefused = Self(rawValue: "agent-refused")
}
