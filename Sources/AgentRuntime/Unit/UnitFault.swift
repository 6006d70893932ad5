extension NodeError.Code {
    /// No unit on this node starts k3s.
    package static let unitMissing = Self(rawValue: "unit-missing")
    /// More than one unit starts k3s: the trace of a worker that an installer made a server.
    package static let unitAmbiguous = Self(rawValue: "unit-ambiguous")
    /// A unit or a configuration file says something that this program does not understand for certain.
    package static let unitUnclear = Self(rawValue: "unit-unclear")
}

extension NodeError {
    static func unclear(_ thing: String, _ reason: String) -> NodeError {
        NodeError(
            .unitUnclear, "cannot tell what \(thing) means: \(reason)",
            wayOut: "write it in the plain form that K3s' installer writes, then run the same command again")
    }
}
