/// The `--name value` arguments of the lab's own commands; a name may be given several times.
struct CommandArguments {
    private var values: [String: [String]] = [:]

    init(_ arguments: [String], allowed: Set<String>) throws(Flags.Mistake) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1).map(String.init)
            guard argument.hasPrefix("-"), let name = parts.first, allowed.contains(name) else {
                throw Flags.Mistake(description: "unknown argument \(argument)")
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw Flags.Mistake(description: "\(argument) needs a value")
            }
            values[name, default: []].append(value)
        }
    }

    subscript(_ name: String) -> String? { values[name]?.last }
    func all(_ name: String) -> [String] { values[name] ?? [] }

    func number(_ name: String) throws(Flags.Mistake) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), number >= 0 else { throw Flags.Mistake(description: "--\(name) is a number") }
        return number
    }
}
