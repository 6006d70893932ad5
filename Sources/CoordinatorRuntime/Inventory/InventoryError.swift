/// Everything that is wrong with an inventory file, each with its place.
package struct InventoryError: Error, Hashable, Sendable {
    package let file: String
    /// At least one, in the file's order.
    package let problems: [InventoryProblem]

    package init(file: String, problems: [InventoryProblem]) {
        self.file = file
        self.problems = problems
    }
}

package struct InventoryProblem: Error, Hashable, Sendable {
    /// Stable words for programs.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        case unreadable, syntax, missing
        case unknownKey = "unknown-key"
        case wrongType = "wrong-type"
        case invalidValue = "invalid-value"
        case duplicateNode = "duplicate-node"
        case unknownRole = "unknown-role"
        case noServer = "no-server"
    }

    package let code: Code
    /// From 1; 0 where the problem is the whole file's.
    package let line: Int
    /// From 1, in Unicode scalars; 0 where the problem is the whole file's.
    package let column: Int
    package let message: String
    package let wayOut: String

    package init(_ code: Code, line: Int = 0, column: Int = 0, _ message: String, wayOut: String) {
        self.code = code
        self.line = line
        self.column = column
        self.message = message
        self.wayOut = wayOut
    }
}

extension InventoryError: CustomStringConvertible {
    /// One problem a line, as compilers write them: `FILE:LINE:COLUMN: message (way out)`.
    package var description: String {
        problems.map { problem in
            let place = problem.line > 0 ? "\(file):\(problem.line):\(problem.column)" : file
            return "\(place): \(problem.message) (\(problem.wayOut))"
        }.joined(separator: "\n")
    }
}

extension CoordinatorError.Code {
    package static let inventory = Self(rawValue: "inventory")
}

extension CoordinatorError {
    package init(_ error: InventoryError) {
        let count = error.problems.count
        self.init(
            .inventory, .usage, "\(error.file) is not usable: \(count) \(count == 1 ? "problem" : "problems")",
            cause: error, wayOut: "mend the places named and run the same command again")
    }
}
