import AgentCore
import LabSupport
import SystemPackage
import Wire

/// What strace saw an agent do, as far as durability goes: what was flushed, renamed and said, in the order of time.
struct SystemCallTrace {
    enum Call: Hashable {
        /// Of one record to the journal, in bytes.
        case append(Int)
        /// Of a file or a folder.
        case flush(String)
        case rename(String, to: String)
        case makeFolder(String)
        /// A line to a coordinator.
        case say(String)
    }

    struct Entry {
        let call: Call
        /// The places in the trace at which it began and had returned.
        let began: Int
        let ended: Int
    }

    let entries: [Entry]

    private static let file = "/var/log/agent.trace"
    private static let dropIn = "/etc/systemd/system/k3s-upgrade-agent.service.d/trace.conf"
    static let journal = "/var/lib/k3s-upgrade-agent/journal"

    /// Starts the agent on a host anew, under strace. The agent keeps its process id (`-D`), by which systemd hands
    /// over the socket.
    static func begin(on host: String, in lab: Lab) async throws {
        let calls = "write,writev,pwrite64,fdatasync,fsync,rename,renameat,renameat2,mkdir,mkdirat,sendto,sendmsg"
        let unit = """
            [Service]
            ExecStart=
            ExecStart=/usr/bin/strace -D -f -y -s 20000 -e trace=\(calls) -o \(file) /usr/local/bin/k3s-upgrade-agent run

            """
        try await lab.write(unit, to: FilePath(dropIn), on: host)
        try await lab.run(on: host, ["systemctl", "daemon-reload"]).checked()
        try await lab.run(on: host, ["systemctl", "restart", "k3s-upgrade-agent.service"]).checked()
    }

    static func read(on host: String, in lab: Lab) async throws -> SystemCallTrace {
        // All but the bytes of binaries, which are most of it.
        let wanted = #"fsync|fdatasync|rename|mkdir|/journal>|\{\\"(answer|event)|<... (write|sendto|sendmsg) resumed"#
        let lines = try await lab.run(on: host, ["grep", "-E", wanted, file]).checked().output
        return SystemCallTrace(lines.split(separator: "\n"))
    }

    /// - Parameter lines: `THREAD CALL(ARGUMENTS) = RESULT`, or two lines where another thread's came between:
    ///   `… <unfinished ...>` and `THREAD <... CALL resumed>…`.
    init(_ lines: [Substring]) {
        var entries: [Entry] = []
        var open: [Substring: (call: Call, began: Int)] = [:]
        for (place, line) in lines.enumerated() {
            let halves = line.split(separator: " ", maxSplits: 1)
            guard halves.count == 2 else { continue }
            let (thread, text) = (halves[0], halves[1].drop { $0 == " " })
            if text.hasPrefix("<... ") {
                guard let begun = open.removeValue(forKey: thread), !text.contains(") = -1 ") else { continue }
                entries.append(Entry(call: begun.call, began: begun.began, ended: place))
            } else if let call = Call(text) {
                if text.hasSuffix("<unfinished ...>") {
                    open[thread] = (call, place)
                } else if !text.contains(") = -1 ") {
                    entries.append(Entry(call: call, began: place, ended: place))
                }
            }
        }
        self.entries = entries
    }

    /// How many appended records were flushed before a place in the trace.
    func flushed(before place: Int) -> Int {
        let flushes = entries.filter { $0.call == .flush(Self.journal) && $0.ended < place }
        guard let last = flushes.map(\.began).max() else { return 0 }
        return appends.count { $0.ended < last }
    }

    var appends: [Entry] { entries.filter { if case .append = $0.call { true } else { false } } }

    /// kubectl's, which is a child of the agent: nothing rests on it.
    private static func isCache(_ path: String) -> Bool { path.hasPrefix("/var/lib/k3s-upgrade-agent/kubectl/") }

    /// Names that were made, with what makes them durable missing.
    func hastyNames() -> [String] {
        let next = appends.map(\.began)
        return entries.compactMap { entry in
            guard let path = entry.call.newName, !Self.isCache(path) else { return nil }
            if case .rename(let source, _) = entry.call,
                !entries.contains(where: { $0.call == .flush(source) && $0.ended < entry.began })
            {
                return "\(path) got its name before its bytes were flushed"
            }
            let folder = FilePath(path).removingLastComponent().string
            let rests = next.first { $0 > entry.ended } ?? .max
            let isFlushed = entries.contains {
                $0.call == .flush(folder) && $0.began > entry.ended && $0.ended < rests
            }
            return isFlushed ? nil : "\(path): a record came before its folder was flushed"
        }
    }
}

extension SystemCallTrace.Call {
    /// Of a file or a folder.
    var newName: String? {
        switch self {
        case .rename(_, let path), .makeFolder(let path): path
        case .append, .flush, .say: nil
        }
    }

    fileprivate init?(_ text: Substring) {
        guard let parenthesis = text.firstIndex(of: "(") else { return nil }
        let name = text[..<parenthesis]
        let arguments = text[text.index(after: parenthesis)...]
        switch name {
        case "fsync", "fdatasync":
            guard let path = Self.path(arguments) else { return nil }
            self = .flush(path)
        case "rename", "renameat", "renameat2":
            let strings = Self.strings(arguments)
            guard strings.count == 2 else { return nil }
            self = .rename(strings[0], to: strings[1])
        case "mkdir", "mkdirat":
            guard let path = Self.strings(arguments).first else { return nil }
            self = .makeFolder(path)
        case "write", "writev", "pwrite64":
            guard Self.path(arguments) == SystemCallTrace.journal,
                let size = text.firstMatch(of: #/, (\d+)(?:\) += \d+| <unfinished \.\.\.>)$/#).flatMap({ Int($0.1) })
            else { return nil }
            self = .append(size)
        case "sendto", "sendmsg":
            guard let line = Self.strings(arguments).first else { return nil }
            self = .say(line)
        default: return nil
        }
    }

    /// Of the descriptor that is a call's first argument: `7</a/path>`.
    private static func path(_ arguments: Substring) -> String? {
        arguments.prefixMatch(of: #/\d+<([^>]*)>/#).map { String($0.1) }
    }

    /// The arguments that are strings, out of strace's way of quoting them.
    private static func strings(_ arguments: Substring) -> [String] {
        var strings: [String] = []
        var bytes: [UInt8]?
        var rest = arguments.utf8[...]
        while let byte = rest.popFirst() {
            guard bytes != nil else {
                if byte == UInt8(ascii: "\"") { bytes = [] }
                continue
            }
            if byte == UInt8(ascii: "\"") {
                strings.append(String(decoding: bytes ?? [], as: UTF8.self))
                bytes = nil
            } else if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                bytes?.append(unquoted(escaped, &rest))
            } else {
                bytes?.append(byte)
            }
        }
        return strings
    }

    private static func unquoted(_ escaped: UInt8, _ rest: inout Substring.UTF8View) -> UInt8 {
        switch escaped {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value = Int(escaped) - 48
            for _ in 0..<2 {
                guard let digit = rest.first, (48...55).contains(digit) else { break }
                value = value * 8 + Int(digit) - 48
                rest.removeFirst()
            }
            return UInt8(truncatingIfNeeded: value)
        default: return escaped
        }
    }
}
