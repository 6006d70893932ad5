internal import Processes
internal import SystemPackage
internal import Wire

extension Fetcher {
    /// Through the machine's `curl`, which knows its proxies and certificates.
    ///
    /// A transfer that never got an answer, or a 5xx one, is tried `attempts` times in all.
    package static func curl(_ commands: LocalCommands, attempts: Int = 2) -> Fetcher {
        Fetcher { (fetch) async throws(FetchFailure) -> [UInt8] in
            var left = attempts
            while true {
                left -= 1
                do throws(FetchFailure) {
                    return try await once(fetch, commands)
                } catch {
                    guard left > 0, error.mayPass else { throw error }
                }
            }
        }
    }

    private static func once(_ fetch: Fetch, _ commands: LocalCommands) async throws(FetchFailure) -> [UInt8] {
        let result: ChildResult
        do {
            result = try await commands.run(.curl(fetch))
        } catch {
            switch error.code {
            case .programTimedOut: throw .unreachable("no answer within \(fetch.deadline)")
            case .programOutputTooLarge: throw .tooLarge(limit: fetch.limit)
            default: throw .notRun("\(error)")
            }
        }
        guard case .exited(let status) = result.ending else {
            // SIGXFSZ: beyond the file's limit.
            if result.ending == .signalled(25) { throw .tooLarge(limit: fetch.limit) }
            throw .notRun("curl was ended by a signal")
        }
        switch status {
        case 0: return result.output
        case 22:
            guard let code = CurlNote(result.errorOutput).status else { throw .notRun("curl told no HTTP status") }
            throw .status(code)
        case 23 where fetch.destination != nil:
            throw .notRun("it cannot be written: is the disk of the temporary folder (TMPDIR) full?")
        case 63: throw .tooLarge(limit: fetch.limit)
        default:
            let reason = CurlNote(result.errorOutput).message.cleaned(limit: 300)
            throw .unreachable(reason.isEmpty ? "curl ended with status \(status)" : reason)
        }
    }
}

extension FetchFailure {
    /// Whether another try could find it otherwise.
    fileprivate var mayPass: Bool {
        switch self {
        case .unreachable: true
        case .status(let status): (500...599).contains(status)
        case .tooLarge, .notRun: false
        }
    }
}

extension LocalCommand {
    /// The typed argv of one transfer to standard output, or into a file.
    static func curl(_ fetch: Fetch) -> LocalCommand {
        // An encrypted address stays encrypted through all redirections.
        let protocols = fetch.address.isEncrypted ? "=https" : "=http,https"
        let seconds = String(max(1, fetch.deadline.components.seconds))
        let arguments = [
            // First, or curl reads the operator's ~/.curlrc, which could undo what follows.
            "--disable",
            "--silent", "--show-error", "--fail", "--globoff",
            "--location", "--max-redirs", "5", "--proto", protocols, "--proto-redir", protocols,
            "--connect-timeout", "10", "--max-time", seconds, "--max-filesize", String(fetch.limit),
            "--write-out", CurlNote.format, "--url", fetch.address.text,
        ]
        var (program, words) = ("curl", arguments)
        if let destination = fetch.destination {
            // The kernel's limit: curl's own holds only if the server tells a size, before 8.4. A transfer that stands
            // still is given up long before the deadline of a large one.
            program = "prlimit"
            words = ["--fsize=\(fetch.limit):\(fetch.limit)", "curl"] + arguments
            words += ["--speed-limit", "1024", "--speed-time", "30", "--output", destination.string]
        }
        // curl keeps its own time; ours is only for one that hangs beyond it.
        return LocalCommand(
            .named(program), words, environment: ["LC_ALL": "C"], deadline: fetch.deadline + .seconds(5),
            outputLimit: fetch.limit)
    }
}

/// What curl writes to standard error: its message, then the line that `--write-out` makes.
struct CurlNote {
    /// `%{stderr}` sends what follows it there (curl 7.63).
    static let format = "%{stderr}\\nhttp-status %{http_code}\\n"

    let message: String
    let status: Int?

    init(_ text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        let marker = "http-status "
        status = lines.last { $0.hasPrefix(marker) }.flatMap { Int($0.dropFirst(marker.count)) }
        message = lines.last { !$0.hasPrefix(marker) } ?? ""
    }
}
