/// A label selector, from a query's text or from an object's `selector`.
struct LabelSelector {
    private enum Requirement {
        case among(String, [String])
        case notAmong(String, [String])
        case present(String)
        case absent(String)
    }

    private let requirements: [Requirement]

    /// Reads `a=b,c!=d,e in (f,g),h,!i`.
    init(query: String) throws(APIError) {
        var requirements: [Requirement] = []
        for part in Self.parts(of: query) { requirements.append(try Self.requirement(part)) }
        self.requirements = requirements
    }

    /// Reads `matchLabels` and `matchExpressions`; nil selects nothing, an empty object everything.
    init?(object: JSON) {
        guard object.isObject else { return nil }
        var requirements = object["matchLabels"].strings.map { Requirement.among($0.key, [$0.value]) }
        for expression in object["matchExpressions"].elements {
            let key = expression["key"].string ?? ""
            let values = expression["values"].elements.compactMap(\.string)
            switch expression["operator"].string {
            case "In": requirements.append(.among(key, values))
            case "NotIn": requirements.append(.notAmong(key, values))
            case "Exists": requirements.append(.present(key))
            case "DoesNotExist": requirements.append(.absent(key))
            default: return nil
            }
        }
        self.requirements = requirements
    }

    func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .among(let key, let values): labels[key].map(values.contains) ?? false
            case .notAmong(let key, let values): !(labels[key].map(values.contains) ?? false)
            case .present(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }

    /// Splits at the commas that stand outside parentheses.
    private static func parts(of query: String) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        for character in query {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.map(\.trimmed).filter { !$0.isEmpty }
    }

    private static func requirement(_ text: String) throws(APIError) -> Requirement {
        if text.hasSuffix(")"), let open = text.firstIndex(of: "(") {
            let values = text[text.index(after: open)...].dropLast().split(separator: ",").map(\.trimmed)
            let words = text[..<open].split(separator: " ")
            guard words.count == 2, words[1] == "in" || words[1] == "notin" else {
                throw .badRequest("unable to parse requirement: \(text)")
            }
            return words[1] == "in" ? .among(String(words[0]), values) : .notAmong(String(words[0]), values)
        }
        if let pair = split(text, at: "!=") { return .notAmong(pair.0, [pair.1]) }
        if let pair = split(text, at: "==") ?? split(text, at: "=") { return .among(pair.0, [pair.1]) }
        return text.hasPrefix("!") ? .absent(text.dropFirst().trimmed) : .present(text)
    }

    fileprivate static func split(_ text: String, at mark: String) -> (String, String)? {
        let pieces = text.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        return pieces.count == 2 ? (pieces[0].trimmed, pieces[1].trimmed) : nil
    }
}

/// A field selector: `spec.nodeName=k3s-worker-01,status.phase!=Running`.
struct FieldSelector {
    private let requirements: [(path: [String], value: String, equal: Bool)]

    init(query: String) throws(APIError) {
        var requirements: [(path: [String], value: String, equal: Bool)] = []
        for part in query.split(separator: ",") {
            let text = String(part)
            let unequal = LabelSelector.split(text, at: "!=")
            guard
                let (path, value) = unequal ?? LabelSelector.split(text, at: "==") ?? LabelSelector.split(text, at: "=")
            else { throw .badRequest("invalid field selector: \(text)") }
            requirements.append((path.split(separator: ".").map(String.init), value, unequal == nil))
        }
        self.requirements = requirements
    }

    func matches(_ object: JSON) -> Bool {
        requirements.allSatisfy { requirement in
            var found = object
            for field in requirement.path { found = found[field] }
            let text = found.string ?? found.bool.map { $0 ? "true" : "false" } ?? found.int.map { String($0) } ?? ""
            return (text == requirement.value) == requirement.equal
        }
    }

    /// The value a field must have, if there is one.
    func required(_ path: String) -> String? {
        requirements.first { $0.equal && $0.path.joined(separator: ".") == path }?.value
    }
}
