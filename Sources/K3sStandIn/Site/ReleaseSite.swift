internal import Hashing

/// K3s' release pages, as far as installers and upgraders use them: channels, programs, checksum lists, the installer.
///
/// In the root folder each release has a folder named by its version, which holds `k3s`, `k3s-arm64` and so on;
/// `install.sh` lies beside them. A checksum list that is not there is made from the programs.
actor ReleaseSite {
    /// The suffix of each architecture's program, and what its checksum list is called by.
    private static let architectures: [(program: String, list: String)] = [
        ("k3s", "amd64"), ("k3s-arm64", "arm64"), ("k3s-armhf", "arm"), ("k3s-s390x", "s390x"),
    ]

    private let root: String
    private let faults: [SiteFault]
    private let log: String?
    private var checksums: [String: String] = [:]

    init(root: String, faults: [SiteFault], log: String?) { (self.root, self.faults, self.log) = (root, faults, log) }

    func respond(to request: Request) -> Response {
        let response = answer(request)
        let line: JSON = [
            "time": .int(Timestamp.now.milliseconds), "method": .string(request.method), "path": .string(request.path),
            "status": .int(response.status),
        ]
        let text = line.text + "\n"
        if let log { AccessLog.append(text, to: log) } else { print(text, terminator: "") }
        return response
    }

    private func answer(_ request: Request) -> Response {
        guard ["GET", "HEAD"].contains(request.method) else {
            return Response(text: "Method Not Allowed\n", status: 405)
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard !parts.contains("..") else { return Self.notFound }
        switch (parts.first, parts.count) {
        case ("install.sh", 1): return file("install.sh", rate: nil)
        case ("v1-release", 2) where parts[1] == "channels": return Response(channels)
        case ("v1-release", 3) where parts[1] == "channels":
            guard let version = latest(of: parts[2]) else { return Self.notFound }
            var response = Response(text: "Found\n", status: 302)
            response.headers = [("Location", "/releases/tag/\(version)")]
            return response
        case ("releases", 3) where parts[1] == "tag" && versions.contains(parts[2]):
            return Response(text: parts[2] + "\n")
        case ("releases", 4) where parts[1] == "download": return artifact(parts[3], of: parts[2])
        default: return Self.notFound
        }
    }

    private static var notFound: Response { Response(text: "Not Found\n", status: 404) }

    // MARK: Channels

    private var versions: [String] {
        Files.names(in: root).filter { ReleaseOrder.key($0) != nil }.sorted(by: ReleaseOrder.precedes)
    }

    private func latest(of channel: String) -> String? {
        switch channel {
        case "latest", "testing": versions.last
        case "stable": versions.last(where: ReleaseOrder.isFinal)
        default: versions.last(where: { ReleaseOrder.minor($0) == channel && ReleaseOrder.isFinal($0) })
        }
    }

    private var channels: JSON {
        let minors = versions.map(ReleaseOrder.minor).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        let data = (["stable", "latest", "testing"] + minors).compactMap { name -> JSON? in
            guard let version = latest(of: name) else { return nil }
            return [
                "id": .string(name), "type": "channel", "name": .string(name), "latest": .string(version),
                "links": ["self": .string("/v1-release/channels/\(name)")], "latestRegexp": "", "excludeRegexp": "",
            ]
        }
        return ["type": "collection", "resourceType": "channels", "data": .array(data)]
    }

    // MARK: Artifacts

    private func artifact(_ name: String, of version: String) -> Response {
        let kinds = faults.filter { $0.version == version }.map(\.kind)
        guard versions.contains(version), !kinds.contains(.missing) else { return Self.notFound }
        var rate: Int?
        for case .slow(let bytesPerSecond) in kinds { rate = bytesPerSecond }
        let path = "\(version)/\(name)"
        if Files.exists("\(root)/\(path)") {
            if kinds.contains(.corrupt), name.hasPrefix("k3s") { return corrupted(path) }
            return file(path, rate: rate)
        }
        return checksumList(name, of: version)
    }

    private func file(_ path: String, rate: Int?) -> Response {
        guard let size = Files.size(of: "\(root)/\(path)"), !Files.isDirectory("\(root)/\(path)") else {
            return Self.notFound
        }
        var response = Response(text: "")
        response.contentType = "application/octet-stream"
        response.body = .file(path: "\(root)/\(path)", size: size, bytesPerSecond: rate)
        return response
    }

    private func corrupted(_ path: String) -> Response {
        guard var bytes = try? Files.read("\(root)/\(path)", limit: 1 << 30), !bytes.isEmpty else {
            return Self.notFound
        }
        bytes[bytes.count / 2] ^= 0x01
        var response = Response(text: "")
        response.contentType = "application/octet-stream"
        response.body = .bytes(bytes)
        return response
    }

    private func checksumList(_ name: String, of version: String) -> Response {
        guard let architecture = Self.architectures.first(where: { name == "sha256sum-\($0.list).txt" }),
            let sum = checksum("\(root)/\(version)/\(architecture.program)")
        else { return Self.notFound }
        return Response(text: "\(sum)  \(architecture.program)\n")
    }

    /// The SHA-256 of a program, computed once for each size it has.
    private func checksum(_ path: String) -> String? {
        guard let size = Files.size(of: path) else { return nil }
        let key = "\(path) \(size)"
        if let known = checksums[key] { return known }
        guard let bytes = try? Files.read(path, limit: 1 << 30) else { return nil }
        let sum = SHA256.hex(of: bytes)
        checksums[key] = sum
        return sum
    }
}
