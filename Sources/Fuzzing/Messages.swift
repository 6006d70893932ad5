internal import Wire

extension FuzzTarget {
    /// Each kind of line that either side reads: `h`ello; `a`sked, `o`pening of a push and the documents of `i`nstall
    /// and `r`emove, read by the agent; `s`aid, push re`p`ly and install report (`e`), read by the coordinator; p`l`an and
    /// the policy of the `n`ode, read from where they are stored.
    static let messages = FuzzTarget(
        "messages",
        readers: [
            "h": { line in
                guard let hello: Hello = try told(line) else { return }
                let common = Hello.ours.common(with: hello)
                try demand(common == nil || common == Hello.ours.newest, "a version that we do not speak is agreed on")
            },
            "a": { _ = try asked($0) as Asked? },
            "o": { _ = try asked($0) as PushOpening? },
            "i": { _ = try asked($0) as InstallDocument? },
            "r": { _ = try asked($0) as RemoveDocument? },
            "l": { _ = try asked($0) as Plan? },
            "n": { _ = try asked($0) as NodePolicy? },
            "s": { _ = try told($0) as Said? },
            "p": { _ = try told($0) as PushReply? },
            "e": { _ = try told($0) as InstallReport? },
        ])

    /// Reads leniently; nil where it is refused.
    private static func told<Message: Codable & Equatable>(_ line: [UInt8]) throws -> Message? {
        let message: Message
        do throws(FrameCodec.Malformed) {
            message = try FrameCodec.decode(Message.self, from: line)
        } catch {
            try demandFitToShow(error)
            return nil
        }
        let again = try FrameCodec.encode(message)
        try demand(again.dropLast().allSatisfy { $0 != 10 }, "a message is written over two lines")
        let back = try FrameCodec.decodeStrictly(Message.self, from: again.dropLast())
        try demand(back == message, "a message is not read back as it was written")
        return message
    }

    /// Reads strictly; nil where it is refused.
    private static func asked<Message: Codable & Equatable>(_ line: [UInt8]) throws -> Message? {
        let lenient: Message? = try told(line)
        let message: Message
        do throws(FrameCodec.Malformed) {
            message = try FrameCodec.decodeStrictly(Message.self, from: line)
        } catch {
            try demandFitToShow(error)
            return nil
        }
        try demand(message == lenient, "strict and lenient reading differ")
        return message
    }

    private static func demandFitToShow(_ error: FrameCodec.Malformed) throws(Broken) {
        try demand(error.reason == error.reason.cleaned(limit: 4096), "a reason is not fit for a terminal or a log")
    }
}
