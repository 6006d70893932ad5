/// A host and a port in one text.
enum HostPort {
    /// `host:port`, with brackets around an IPv6 address.
    static func text(host: String, port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
