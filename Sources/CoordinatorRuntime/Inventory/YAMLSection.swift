internal import Wire
internal import Yams

/// One mapping of a YAML file while it is read: knows its keys' places, and notes every problem instead of stopping
/// at the first.
struct YAMLSection {
    /// What the section is, for messages: `nodes[2]`.
    let name: String
    private let mark: Mark?
    private var values: [String: Node] = [:]
    private var keyMarks: [String: Mark] = [:]
    private(set) var problems: [InventoryProblem] = []

    /// - Parameter keys: all that may be in it.
    init(_ node: Node, name: String, keys: [String]) {
        self.name = name
        mark = node.mark
        guard case .mapping(let mapping) = node else {
            note(.wrongType, at: node.mark, "\(name) has to be a list of `key: value`", wayOut: "write it as a mapping")
            return
        }
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key, keys.contains(scalar.string) else {
                let word = key.string?.cleaned(limit: 60) ?? "?"
                note(
                    .unknownKey, at: key.mark, "\(name) has an unknown key `\(word)`",
                    wayOut: "known here are \(keys.joined(separator: ", "))")
                continue
            }
            values[scalar.string] = value
            keyMarks[scalar.string] = key.mark
        }
    }

    mutating func note(_ code: InventoryProblem.Code, at mark: Mark?, _ message: String, wayOut: String) {
        problems.append(
            InventoryProblem(code, line: mark?.line ?? 0, column: mark?.column ?? 0, message, wayOut: wayOut))
    }

    func mark(of key: String) -> Mark? { values[key]?.mark ?? keyMarks[key] ?? mark }

    func has(_ key: String) -> Bool { values[key] != nil }

    func node(_ key: String) -> Node? { values[key] }

    /// A sequence's elements; nil and a problem where it is something else.
    mutating func sequence(_ key: String) -> [Node]? {
        guard let node = values[key] else { return nil }
        guard case .sequence(let sequence) = node else {
            note(.wrongType, at: node.mark, "`\(key)` has to be a list", wayOut: "begin each of its lines with `- `")
            return nil
        }
        return Array(sequence)
    }

    /// A text that `parse` takes; nil without the key, nil and a problem where it is none.
    mutating func value<Value>(
        _ key: String, wanted: String, code: InventoryProblem.Code = .invalidValue, _ parse: (String) -> Value?
    ) -> Value? {
        guard let node = values[key] else { return nil }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            note(.wrongType, at: mark(of: key), "`\(key)` has to be \(wanted)", wayOut: "give it one value")
            return nil
        }
        guard let value = parse(scalar.string) else {
            note(
                code, at: node.mark, "`\(key)` is `\(scalar.string.cleaned(limit: 80))`, which is not \(wanted)",
                wayOut: "change it to \(wanted)")
            return nil
        }
        return value
    }

    /// As `value`, with a problem where the key is missing.
    mutating func required<Value>(
        _ key: String, wanted: String, code: InventoryProblem.Code = .invalidValue, _ parse: (String) -> Value?
    ) -> Value? {
        guard values[key] != nil else {
            note(.missing, at: mark, "\(name) lacks `\(key)`", wayOut: "add `\(key):` with \(wanted)")
            return nil
        }
        return value(key, wanted: wanted, code: code, parse)
    }

    mutating func number(_ key: String, _ range: ClosedRange<Int>, unit: String) -> Int? {
        value(key, wanted: "a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func text(_ key: String, wanted: String) -> String? {
        value(key, wanted: wanted) { $0.isPlainText ? $0 : nil }
    }
}

extension String {
    /// Without control characters, and no longer than a path may be.
    fileprivate var isPlainText: Bool {
        (1...4096).contains(utf8.count) && unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    }
}
