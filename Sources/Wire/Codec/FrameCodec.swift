internal import FoundationEssentials

/// Messages to lines and back: one JSON object a line.
package enum FrameCodec {
    /// Of one message, in bytes (design: 1 MiB).
    package static let limit = 1 << 20

    /// What could not be read or written, in a few words that quote nothing of the input.
    package struct Malformed: Error, Hashable {
        package let reason: String
    }

    /// A line, its newline included.
    package static func encode(_ message: some Encodable) throws(Malformed) -> [UInt8] {
        let bytes = try text(of: message)
        guard bytes.count <= limit else {
            throw Malformed(reason: "a message of \(bytes.count) bytes is over \(limit)")
        }
        return bytes + [10]
    }

    /// JSON with its members in alphabetic order, so that equal values have equal text.
    package static func text(of value: some Encodable) throws(Malformed) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw Malformed(reason: "not encodable")
        }
    }

    /// For what is reported: members this side does not know are ignored.
    package static func decode<Message: Decodable>(_: Message.Type, from line: [UInt8]) throws(Malformed) -> Message {
        guard line.count <= limit else { throw Malformed(reason: "\(line.count) bytes are over \(limit)") }
        guard Nesting.isShallow(line) else { throw Malformed(reason: "nested deeper than \(Nesting.limit)") }
        do {
            return try JSONDecoder().decode(Message.self, from: Data(line))
        } catch let error as DecodingError {
            throw Malformed(reason: error.brief)
        } catch {
            throw Malformed(reason: "not JSON")
        }
    }

    /// For what is asked or stored: a member this side does not know is an error, because to leave it out could change
    /// what is done.
    package static func decodeStrictly<Message: Codable>(
        _: Message.Type, from line: [UInt8]
    ) throws(Malformed) -> Message {
        let message = try decode(Message.self, from: line)
        let given = try decode(JSONShape.self, from: line)
        let understood = try decode(JSONShape.self, from: try text(of: message))
        if let place = given.firstPlace(missingFrom: understood) {
            throw Malformed(reason: "a member this version does not know at \(place.joined(separator: "."))")
        }
        return message
    }
}

extension DecodingError {
    /// Where it went wrong, without the value.
    fileprivate var brief: String {
        func path(_ context: Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".").cleaned(limit: 200)
        }
        return switch self {
        case .keyNotFound(let key, let context): "\(path(context)) lacks \(key.stringValue)"
        case .typeMismatch(_, let context): "\(path(context)) is of another type"
        case .valueNotFound(_, let context): "\(path(context)) is null"
        case .dataCorrupted(let context): "\(path(context)) \(context.debugDescription)".cleaned(limit: 200)
        @unknown default: "not understood"
        }
    }
}
