/// Where a server is: the host and port of a URL such as `https://10.77.0.10:6443`. The lab speaks plain HTTP whatever
/// the scheme says, so that units and environments look as on real nodes.
struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    init?(_ url: String) {
        var rest = url[...]
        var defaultPort = 6443
        for (scheme, port) in [("https://", 443), ("http://", 80)] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            defaultPort = port
        }
        rest = rest.prefix { $0 != "/" }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return nil }
        guard let port = parts.count == 2 ? Int(parts[1]) : defaultPort, (1...65535).contains(port) else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    var description: String { "https://\(host):\(port)" }
}
