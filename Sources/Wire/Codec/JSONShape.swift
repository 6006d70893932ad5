/// The members of a JSON value, without its scalars.
indirect enum JSONShape: Decodable {
    case object([String: JSONShape])
    case array([JSONShape])
    case scalar

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            var members: [String: JSONShape] = [:]
            for key in container.allKeys {
                members[key.stringValue] = try container.decode(JSONShape.self, forKey: key)
            }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONShape] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONShape.self)) }
            self = .array(elements)
        } else {
            self = .scalar
        }
    }

    /// The path to the first place, members in alphabetic order, that `other` has not, or has as something of another
    /// kind; nil when it has all of them.
    func firstPlace(missingFrom other: JSONShape) -> [String]? {
        switch (self, other) {
        case (.object(let mine), .object(let others)):
            for (name, value) in mine.sorted(by: { $0.key < $1.key }) {
                guard let twin = others[name] else { return [name.cleaned(limit: 100)] }
                if let below = value.firstPlace(missingFrom: twin) { return [name] + below }
            }
            return nil
        case (.array(let mine), .array(let others)):
            for (index, (value, twin)) in zip(mine, others).enumerated() {
                if let below = value.firstPlace(missingFrom: twin) { return ["\(index)"] + below }
            }
            return nil
        case (.scalar, .scalar): return nil
        default: return []
        }
    }
}
