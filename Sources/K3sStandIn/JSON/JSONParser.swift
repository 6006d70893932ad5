/// What is wrong with a text that should have been JSON, and where.
struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    let problem: String
    /// Position in the text, in bytes.
    let offset: Int

    var description: String { "invalid JSON at byte \(offset): \(problem)" }
}

extension JSON {
    /// Reads one JSON value and nothing behind it. Nesting is limited to 128 levels.
    init(parsing bytes: some Sequence<UInt8>) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }

    init(parsing text: String) throws(JSONSyntaxError) { try self.init(parsing: text.utf8) }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONSyntaxError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw problem("text behind the value") }
        return value
    }

    private func problem(_ text: String) -> JSONSyntaxError { JSONSyntaxError(problem: text, offset: position) }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard position < bytes.count, bytes[position] == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString, as value: JSON) throws(JSONSyntaxError) -> JSON {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, String(decoding: bytes[position..<end], as: UTF8.self) == "\(word)" else {
            throw problem("unknown word")
        }
        position = end
        return value
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth < 128 else { throw problem("nested too deeply") }
        skipSpace()
        guard position < bytes.count else { throw problem("the text ends where a value should be") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try take(word: "true", as: true)
        case UInt8(ascii: "f"): return try take(word: "false", as: false)
        case UInt8(ascii: "n"): return try take(word: "null", as: .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
        position += 1
        var fields: [String: JSON] = [:]
        skipSpace()
        if take("}") { return .object(fields) }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw problem("a field has no name")
            }
            let name = try string()
            skipSpace()
            guard take(":") else { throw problem("a field has no colon") }
            fields[name] = try value(depth: depth + 1)
            skipSpace()
            if take("}") { return .object(fields) }
            guard take(",") else { throw problem("an object is not closed") }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw problem("an array is not closed") }
        }
    }

    private mutating func number() throws(JSONSyntaxError) -> JSON {
        let start = position
        while position < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let number = Int(text), !text.hasPrefix("+") { return .int(number) }
        if let number = Double(text), number.isFinite, !text.hasPrefix("+") { return .double(number) }
        position = start
        throw problem("not a value")
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            position += 1
        }
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            text.append(contentsOf: try escape())
        }
        throw problem("a string is not closed")
    }

    /// What stands behind a backslash, as UTF-8.
    private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
        guard position < bytes.count else { throw problem("a string is not closed") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw problem("unknown escape")
        }
    }

    private mutating func scalar() throws(JSONSyntaxError) -> Character {
        let first = try fourDigits()
        if (0xD800..<0xDC00).contains(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let second = try fourDigits()
            let code = 0x10000 + ((first - 0xD800) << 10) + (second &- 0xDC00)
            return Character(Unicode.Scalar(code) ?? "\u{FFFD}")
        }
        return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }

    private mutating func fourDigits() throws(JSONSyntaxError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw problem("\\u needs four hexadecimal digits") }
        position += 4
        return code
    }
}
