/// One HTTP request, taken apart.
struct Request: Sendable {
    let method: String
    /// The path as it was asked for, decoded, without the query.
    let path: String
    private let query: [(name: String, value: String)]
    /// Header fields by their name in lower case.
    let headers: [String: String]
    let body: [UInt8]

    init(method: String, uri: String, headers: [String: String], body: [UInt8]) {
        (self.method, self.headers, self.body) = (method, headers, body)
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = Self.decoded(parts.first ?? "", plusIsSpace: false)
        query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? halves[1] : ""
            return (Self.decoded(halves[0], plusIsSpace: true), Self.decoded(value, plusIsSpace: true))
        }
    }

    func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
    func isSet(_ name: String) -> Bool { ["true", "1"].contains(parameter(name)) }

    /// The credentials of `Authorization: Bearer …`, or the password of `Authorization: Basic …`.
    var bearer: String? {
        guard let value = headers["authorization"] else { return nil }
        if value.lowercased().hasPrefix("bearer ") { return String(value.dropFirst(7)) }
        guard value.lowercased().hasPrefix("basic "), let pair = Base64.decode(value.dropFirst(6)) else { return nil }
        return pair.split(separator: ":", maxSplits: 1).last.map(String.init)
    }

    var contentType: String { headers["content-type"].map { $0.split(separator: ";")[0].trimmed } ?? "" }

    /// The body as JSON; an error if it is something else.
    func json() throws(APIError) -> JSON {
        if contentType.contains("protobuf") {
            throw APIError(
                code: 415, reason: "UnsupportedMediaType",
                message:
                    "the body of the request was in an unknown format - accepted media types include: application/json")
        }
        do {
            return try JSON(parsing: body)
        } catch {
            throw .badRequest("the object provided is unrecognized: \(error)")
        }
    }

    /// `a%2Bb` decoded; `+` is a space in queries and itself in paths.
    static func decoded(_ text: Substring, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
