internal import Glibc

/// `site`: serves releases over HTTP until it is ended.
enum SiteCommand {
    static func run(_ arguments: [String]) async {
        do {
            let values = try CommandArguments(arguments, allowed: ["root", "listen", "log", "fault"])
            guard let root = values["root"], let listen = values["listen"], let endpoint = Endpoint(listen) else {
                throw Flags.Mistake(description: "site needs --root DIR and --listen ADDRESS:PORT")
            }
            let faults = try values.all("fault").map { text throws(Flags.Mistake) in
                guard let fault = SiteFault(text) else { throw Flags.Mistake(description: "unknown fault \(text)") }
                return fault
            }
            signal(SIGPIPE, SIG_IGN)
            let site = ReleaseSite(root: root, faults: faults, log: values["log"])
            let port = try await HTTPServer { await site.respond(to: $0) }.listen(
                host: endpoint.host, port: endpoint.port)
            print("serving \(root) on \(endpoint.host):\(port)")
        } catch {
            Log.fatal("site: \(error)")
        }
        while true { try? await Task.sleep(for: .seconds(3600)) }
    }
}
