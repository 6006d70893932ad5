package import Wire

/// Reads a plan's text. Passed in, since the same text is read again and again: by a simulation for each of its agents.
package struct PlanReader: Sendable {
    package let read: @Sendable (String) throws(FrameCodec.Malformed) -> Plan

    package init(read: @escaping @Sendable (String) throws(FrameCodec.Malformed) -> Plan) { self.read = read }

    /// Decodes anew each time; what a plan does not have is refused.
    package static let strict = PlanReader { text throws(FrameCodec.Malformed) in
        try FrameCodec.decodeStrictly(Plan.self, from: Array(text.utf8))
    }
}
