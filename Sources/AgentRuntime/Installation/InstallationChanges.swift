internal import Wire

/// What an installation or removal has changed so far, in its order.
struct InstallationChanges {
    private(set) var names: [String] = []

    mutating func add(_ name: String) { names.append(name) }
}

extension Failure {
    /// The node's error as it travels to the operator.
    init(installation error: NodeError) {
        let cause = error.cause.map { ": \($0)" } ?? ""
        self.init(
            code: error.code.rawValue, message: "\(error.message)\(cause)",
            wayOut: error.wayOut ?? "mend that on the node, then run the same command again")
    }
}
