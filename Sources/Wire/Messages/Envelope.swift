/// A coordinator's line after its `Hello`.
package struct Asked: Hashable, Sendable, Codable {
    /// Chosen by the coordinator, quoted in the answer.
    package let id: Int
    /// The features the agent must have, so that one that is older refuses by name rather than misreads.
    package let needs: [String]
    package let ask: Request

    package init(id: Int, ask: Request) {
        self.id = id
        self.needs = ask.needs.map(\.rawValue)
        self.ask = ask
    }
}

/// An agent's line after its `Hello`: an answer with its request's id, or an event.
package enum Said: Hashable, Sendable {
    case answer(id: Int, Answer)
    case event(Event)
}

extension Said: Codable {
    private enum Key: String, CodingKey {
        case id, answer, event
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let id = try container.decodeIfPresent(Int.self, forKey: .id) {
            self = .answer(id: id, try container.decode(Answer.self, forKey: .answer))
        } else {
            self = .event(try container.decode(Event.self, forKey: .event))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .answer(let id, let answer):
            try container.encode(id, forKey: .id)
            try container.encode(answer, forKey: .answer)
        case .event(let event):
            try container.encode(event, forKey: .event)
        }
    }
}
