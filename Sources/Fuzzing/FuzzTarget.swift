/// A reader of bytes that somebody else wrote, and what has to hold whatever they are: it neither traps nor hangs, and
/// what it accepts has the properties that the rest of the program rests on.
package struct FuzzTarget: Sendable {
    /// Also the name of its folder in Tests/Corpus.
    package let name: String
    /// Throws `Broken` where something does not hold.
    package let check: @Sendable ([UInt8]) throws -> Void

    package static let all: [FuzzTarget] = [
        .frames, .messages, .journal, .inventory, .objects, .services, .units, .texts, .agent, .coordinator,
    ]

    package init?(named name: String) {
        guard let target = Self.all.first(where: { $0.name == name }) else { return nil }
        self = target
    }

    init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.check = check
    }
}
