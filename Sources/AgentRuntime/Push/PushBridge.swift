internal import Dispatch
internal import Glibc
internal import SystemPackage
package import Wire

/// The other end of the forced command `receive`: hands the order and then standard input to the daemon, and the
/// daemon's replies to standard output. It runs as the account that the key opens, and decides nothing.
package enum PushBridge {
    /// - Returns: the exit status; 0 if the node has the binary.
    static func run(_ order: PushOrder, socket path: FilePath) -> Int32 {
        guard let descriptor = Bridge.open(path) else { return Bridge.unreachable(path) }
        signal(SIGPIPE, SIG_IGN)
        return run(order, over: descriptor, input: 0, output: 1)
    }

    package static func run(_ order: PushOrder, over descriptor: Int32, input: Int32, output: Int32) -> Int32 {
        var lines = SocketLine(from: descriptor)
        guard lines.next() != nil, SocketLine.send(PushOpening(push: order), to: descriptor) else { return gone() }
        guard let first = relay(&lines, to: output) else { return gone() }
        guard first == .wanted else { return status(first) }
        // Its own thread: if the daemon ends the push, nobody waits for standard input any more.
        DispatchQueue(label: "input").async {
            Bridge.copy(from: input, to: descriptor)
            shutdown(descriptor, Int32(SHUT_WR))
        }
        guard let last = relay(&lines, to: output) else { return gone() }
        return status(last)
    }

    private static func relay(_ lines: inout SocketLine, to output: Int32) -> PushReply? {
        guard let line = lines.next(), let reply = try? FrameCodec.decode(PushReply.self, from: line) else {
            return nil
        }
        let text = line + [10]
        _ = text.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
        return reply
    }

    private static func status(_ reply: PushReply) -> Int32 {
        switch reply {
        case .present, .kept: return 0
        case .wanted: return gone()
        case .refused(let failure): return Bridge.fail("\(failure.message) (\(failure.wayOut))")
        }
    }

    private static func gone() -> Int32 {
        Bridge.fail("the agent ended the connection: journalctl -u k3s-upgrade-agent")
    }
}
