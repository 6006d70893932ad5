/// Any JSON value. Kubernetes objects are handled as they arrive: a field this program knows nothing of survives.
enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// A field of an object; absent fields and other kinds of value read as null. Writing null removes the field;
    /// writing into a null makes an object of it, so that `object["metadata"]["labels"]["a"] = "b"` always works.
    subscript(_ field: String) -> JSON {
        get {
            if case .object(let fields) = self { return fields[field] ?? .null }
            return .null
        }
        set {
            guard case .object(var fields) = self else {
                if newValue != .null { self = .object([field: newValue]) }
                return
            }
            self = .null
            fields[field] = newValue == .null ? nil : newValue
            self = .object(fields)
        }
    }

    var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    var int: Int? {
        switch self {
        case .int(let number): number
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }

    var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// The elements of an array; none for any other kind of value.
    var elements: [JSON] {
        if case .array(let elements) = self { return elements }
        return []
    }

    /// The fields of an object; none for any other kind of value.
    var fields: [String: JSON] {
        if case .object(let fields) = self { return fields }
        return [:]
    }

    /// An object's fields whose values are strings: labels, annotations, selectors.
    var strings: [String: String] { fields.compactMapValues(\.string) }

    var isNull: Bool { self == .null }
    var isObject: Bool {
        if case .object = self { return true }
        return false
    }

    init(strings: [String: String]) { self = .object(strings.mapValues(JSON.string)) }
    init(strings: [String]) { self = .array(strings.map(JSON.string)) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .int(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// Fields whose value is null are left out.
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements.filter { $0.1 != .null }, uniquingKeysWith: { _, last in last }))
    }
}
