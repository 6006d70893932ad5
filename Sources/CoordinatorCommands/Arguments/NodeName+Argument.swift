internal import ArgumentParser
internal import Wire

extension NodeName {
    /// A node's name as an operator types it.
    static func argument(_ text: String) throws -> NodeName {
        guard let name = NodeName(text) else {
            throw ValidationError("\(text.cleaned(limit: 60)) is no node's name")
        }
        return name
    }
}
