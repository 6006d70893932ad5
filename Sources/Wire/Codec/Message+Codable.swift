/// Each message is an object with one member, its name: `{"claim":{…}}`, `{"status":{}}`.

private struct Empty: Codable {}

extension Request: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        guard let name = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not exactly one known request"))
        }
        switch name {
        case .status: self = .status
        case .inspect: self = .inspect
        case .observe: self = .observe
        case .preflight: self = .preflight(try container.decode(Preflight.self, forKey: name))
        case .claim: self = .claim(try container.decode(Claim.self, forKey: name))
        case .storePlan: self = .storePlan(try container.decode(StorePlan.self, forKey: name))
        case .fetchPlan: self = .fetchPlan
        case .beat: self = .beat(try container.decode(Epoch.self, forKey: name))
        case .grant: self = .grant(try container.decode(Lease.self, forKey: name))
        case .renew: self = .renew(try container.decode(Lease.self, forKey: name))
        case .giveBack: self = .giveBack(try container.decode(GiveBack.self, forKey: name))
        case .release: self = .release(try container.decode(Epoch.self, forKey: name))
        case .conclude: self = .conclude(try container.decode(Conclude.self, forKey: name))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        switch self {
        case .status, .inspect, .observe, .fetchPlan: try container.encode(Empty(), forKey: name)
        case .preflight(let body): try container.encode(body, forKey: name)
        case .claim(let body): try container.encode(body, forKey: name)
        case .storePlan(let body): try container.encode(body, forKey: name)
        case .beat(let epoch), .release(let epoch): try container.encode(epoch, forKey: name)
        case .grant(let lease), .renew(let lease): try container.encode(lease, forKey: name)
        case .giveBack(let body): try container.encode(body, forKey: name)
        case .conclude(let body): try container.encode(body, forKey: name)
        }
    }
}

extension Answer: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        guard let name = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not exactly one known answer"))
        }
        switch name {
        case .report: self = .report(try container.decode(AgentReport.self, forKey: name))
        case .node: self = .node(try container.decode(NodeReport.self, forKey: name))
        case .cluster: self = .cluster(try container.decode(ClusterObservation.self, forKey: name))
        case .findings: self = .findings(try container.decode([Finding].self, forKey: name))
        case .plan: self = .plan(try container.decode(String.self, forKey: name))
        case .refused: self = .refused(try container.decode(Refusal.self, forKey: name))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        switch self {
        case .report(let body): try container.encode(body, forKey: .report)
        case .node(let body): try container.encode(body, forKey: .node)
        case .cluster(let body): try container.encode(body, forKey: .cluster)
        case .findings(let body): try container.encode(body, forKey: .findings)
        case .plan(let text): try container.encode(text, forKey: .plan)
        case .refused(let body): try container.encode(body, forKey: .refused)
        }
    }
}

extension Event: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        guard let name = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not exactly one known event"))
        }
        switch name {
        case .progress: self = .progress(try container.decode(Progress.self, forKey: name))
        case .finished: self = .finished(try container.decode(StepOutcome.self, forKey: name))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        switch self {
        case .progress(let body): try container.encode(body, forKey: .progress)
        case .finished(let body): try container.encode(body, forKey: .finished)
        }
    }
}
