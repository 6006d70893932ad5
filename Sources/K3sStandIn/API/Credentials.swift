internal import Hashing

/// Who sent a request.
enum Identity: Equatable {
    /// The cluster's administrator, by the credentials of k3s.yaml.
    case admin
    /// The kubelet of one node.
    case node(String)

    var userName: String {
        switch self {
        case .admin: "system:admin"
        case .node(let name): "system:node:\(name)"
        }
    }

    var groups: [String] {
        switch self {
        case .admin: ["system:masters", "system:authenticated"]
        case .node: ["system:nodes", "system:authenticated"]
        }
    }
}

/// The secrets of a cluster, all derived from its token: every server knows them, and none is stored.
struct Credentials: Sendable {
    /// The token's secret part.
    private let secret: String

    /// Takes a token in either of K3s' forms: the bare password, or `K10<hash>::server:<password>`.
    init(token: String) {
        secret =
            token.split(separator: "::").last.map { part in
                token.hasPrefix("K10") ? String(part.split(separator: ":").dropFirst().joined(separator: ":")) : token
            } ?? token
    }

    /// What `server/token` and `server/node-token` hold.
    var fullToken: String { "K10\(SHA256.hex(of: Array(certificate.utf8)))::server:\(secret)" }
    var admin: String { digest("admin") }
    /// What the servers show each other.
    var peer: String { digest("peer") }
    /// Names the token without telling it: the key of the bootstrap data.
    var fingerprint: String { String(digest("bootstrap").prefix(12)) }

    func node(_ name: String) -> String { "\(name):\(digest("node:" + name))" }
    func accepts(token: String) -> Bool { !secret.isEmpty && Credentials(token: token).secret == secret }

    /// Who may show this bearer token; nil for nobody.
    func identity(bearer: String?) -> Identity? {
        guard let bearer else { return nil }
        if bearer == admin { return .admin }
        guard let name = bearer.split(separator: ":").first, bearer == node(String(name)) else { return nil }
        return .node(String(name))
    }

    /// A text in the shape of a certificate, for `/cacerts`: the lab speaks plain HTTP.
    var certificate: String {
        "-----BEGIN CERTIFICATE-----\n\(digest("certificate"))\n-----END CERTIFICATE-----\n"
    }

    /// A token as it may stand in a URL.
    static func encoded(_ token: String) -> String { token.split(separator: ":").joined(separator: "%3A") }

    private func digest(_ purpose: String) -> String { SHA256.hex(of: Array("\(purpose):\(secret)".utf8)) }
}
