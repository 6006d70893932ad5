/// What a node says to a push, a line each: first `wanted`, `present` or `refused`; after `wanted` and all the bytes
/// `kept` or `refused`.
package enum PushReply: Hashable, Sendable {
    /// The bytes may come: as many as the order says, then the end of the input.
    case wanted
    /// The very binary is there already; no byte is taken.
    case present
    /// It came whole, is the one that the site lists, and is on the disk.
    case kept
    /// Nothing of it is on the disk.
    case refused(Failure)

    package enum Name: String, Codable, CaseIterable, Sendable {
        case wanted, present, kept, refused
    }

    package var name: Name {
        switch self {
        case .wanted: .wanted
        case .present: .present
        case .kept: .kept
        case .refused: .refused
        }
    }
}

extension PushReply: Codable {
    private enum Key: String, CodingKey {
        case push, failure
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Name.self, forKey: .push) {
        case .wanted: self = .wanted
        case .present: self = .present
        case .kept: self = .kept
        case .refused: self = .refused(try container.decode(Failure.self, forKey: .failure))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .push)
        if case .refused(let failure) = self { try container.encode(failure, forKey: .failure) }
    }
}
