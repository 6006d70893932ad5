/// A patch of single operations (RFC 6902).
struct JSONPatch {
    /// An operation that cannot be carried out; `test` operations that fail end here, too.
    struct Failure: Error, Equatable {
        let message: String
    }

    private let operations: [JSON]

    init(_ operations: JSON) throws(Failure) {
        guard case .array(let list) = operations else { throw Failure(message: "a JSON patch is a list of operations") }
        self.operations = list
    }

    func apply(to target: JSON) throws(Failure) -> JSON {
        var result = target
        for operation in operations { result = try apply(operation, to: result) }
        return result
    }

    private func apply(_ operation: JSON, to target: JSON) throws(Failure) -> JSON {
        let path = try Self.pointer(operation["path"])
        switch operation["op"].string {
        case "add": return try Self.edit(target, path, .insert(operation["value"]))
        case "replace": return try Self.edit(target, path, .replace(operation["value"]))
        case "remove": return try Self.edit(target, path, .remove)
        case "test":
            let found = Self.value(at: path, of: target)
            guard (found ?? .null) == operation["value"] else {
                throw Failure(message: "testing path \(operation["path"].string ?? "") value failed")
            }
            return target
        case "copy", "move":
            let source = try Self.pointer(operation["from"])
            guard let value = Self.value(at: source, of: target) else { throw Failure(message: "nothing at \(source)") }
            let rest = operation["op"] == "move" ? try Self.edit(target, source, .remove) : target
            return try Self.edit(rest, path, .insert(value))
        default: throw Failure(message: "unknown operation \(operation["op"].text)")
        }
    }

    private enum Edit {
        case insert(JSON), replace(JSON), remove
    }

    private static func pointer(_ path: JSON) throws(Failure) -> [String] {
        guard let path = path.string, path.isEmpty || path.hasPrefix("/") else {
            throw Failure(message: "an operation has no path")
        }
        return path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
            part.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }
    }

    private static func value(at path: [String], of target: JSON) -> JSON? {
        guard let first = path.first else { return target }
        let rest = Array(path.dropFirst())
        switch target {
        case .object(let fields): return fields[first].flatMap { value(at: rest, of: $0) }
        case .array(let elements):
            guard let index = Int(first), elements.indices.contains(index) else { return nil }
            return value(at: rest, of: elements[index])
        default: return nil
        }
    }

    private static func edit(_ target: JSON, _ path: [String], _ edit: Edit) throws(Failure) -> JSON {
        guard let first = path.first else {
            switch edit {
            case .insert(let value), .replace(let value): return value
            case .remove: return .null
            }
        }
        let rest = Array(path.dropFirst())
        switch target {
        case .object(var fields): return .object(try Self.edit(fields: &fields, first, rest, edit))
        case .array(var elements): return .array(try Self.edit(elements: &elements, first, rest, edit))
        default: throw Failure(message: "nothing at \(first)")
        }
    }

    private static func edit(
        fields: inout [String: JSON], _ name: String, _ rest: [String], _ edit: Edit
    ) throws(Failure) -> [String: JSON] {
        if rest.isEmpty, case .insert(let value) = edit {
            fields[name] = value
            return fields
        }
        guard let present = fields[name] else { throw Failure(message: "nothing at \(name)") }
        if rest.isEmpty, case .remove = edit {
            fields[name] = nil
        } else {
            fields[name] = try Self.edit(present, rest, edit)
        }
        return fields
    }

    private static func edit(
        elements: inout [JSON], _ name: String, _ rest: [String], _ edit: Edit
    ) throws(Failure) -> [JSON] {
        let index = name == "-" ? elements.count : Int(name) ?? -1
        if rest.isEmpty, case .insert(let value) = edit {
            guard (0...elements.count).contains(index) else { throw Failure(message: "no index \(name)") }
            elements.insert(value, at: index)
            return elements
        }
        guard elements.indices.contains(index) else { throw Failure(message: "no index \(name)") }
        if rest.isEmpty, case .remove = edit {
            elements.remove(at: index)
        } else {
            elements[index] = try Self.edit(elements[index], rest, edit)
        }
        return elements
    }
}
