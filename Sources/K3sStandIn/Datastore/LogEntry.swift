/// One entry of the replicated log: a change of an object, or a new list of members.
struct LogEntry: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case change(Change)
        /// Name and URL of every member.
        case members([String: String])
        /// A new leader's first word: what came before it is committed with it.
        case nothing
    }

    let index: Int
    let term: Int
    let content: Content

    var json: JSON {
        var json: JSON = ["index": .int(index), "at": .int(term)]
        switch content {
        case .change(let change): json["change"] = change.json
        case .members(let members): json["members"] = JSON(strings: members)
        case .nothing: break
        }
        return json
    }

    init(index: Int, term: Int, content: Content) { (self.index, self.term, self.content) = (index, term, content) }

    init?(_ json: JSON) {
        guard let index = json["index"].int, let term = json["at"].int else { return nil }
        (self.index, self.term) = (index, term)
        if let change = Change(json["change"]) {
            content = .change(change)
        } else if json["members"].isObject {
            content = .members(json["members"].strings)
        } else {
            content = .nothing
        }
    }
}
