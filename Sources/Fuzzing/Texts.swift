internal import AgentRuntime
internal import CoordinatorRuntime
internal import SSH
internal import Wire

extension FuzzTarget {
    /// Small texts: `c`leaning of what is shown, that of SSH (`u`) too; a list of checksums as the agent (`k`) and as the
    /// coordinator (`l`) reads it; the `r`elease channels; what ssh -`G` prints; patterns of known hosts (`h`); a public
    /// key (`a`); the line of a `p`ush; a `v`ersion; a `n`ode's name; addresses of sites as the coordinator (`s`) and the
    /// agent (`w`) takes them.
    static let texts = FuzzTarget(
        "texts",
        readers: [
            "c": { bytes in
                let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
                let limit = Int(bytes.first ?? 0)
                let clean = text.cleaned(limit: limit)
                try demandFitToShow(clean, limit: limit + 1)
                try demand(clean.cleaned(limit: limit + 1) == clean, "cleaning what is clean changes it")
            },
            "u": { bytes in
                let limit = Int(bytes.first ?? 0)
                try demandFitToShow(UntrustedText.cleaned(bytes: bytes.dropFirst(), limit: limit), limit: limit + 1)
            },
            "k": { bytes in
                guard let list = try? AgentRuntime.ChecksumList(bytes) else { return }
                guard let other = try? CoordinatorRuntime.ChecksumList(bytes) else { return }
                for (name, digest) in other.digests where !name.hasPrefix("*") {
                    try demand(list[name].map { $0 == digest } ?? true, "agent and coordinator read different hashes")
                }
            },
            "l": { bytes in
                guard let list = try? CoordinatorRuntime.ChecksumList(bytes) else { return }
                try demand(
                    list.digests.values.allSatisfy { $0.utf8.count == 64 && $0 == $0.lowercased() }, "a hash is none")
            },
            "r": { bytes in
                guard let channels = ReleaseChannels(json: bytes) else { return }
                for version in channels.latest.values {
                    for target in channels.targets(from: version) {
                        try demand(target > version, "an upgrade goes to an older version")
                    }
                }
            },
            "G": { bytes in
                let printed = String(decoding: bytes, as: UTF8.self)
                let destination = ClientConfiguration(parsing: printed).destination(
                    name: "node", home: "/home/o", localUser: "o", agentSocket: "/run/agent")
                for warning in destination.warnings { try demandFitToShow(warning, limit: 1000) }
                try demandUsable(destination)
            },
            "h": { bytes in
                let halves = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
                let (list, name) = (
                    String(decoding: halves[0], as: UTF8.self), String(decoding: halves.last ?? [], as: UTF8.self)
                )
                let matches = KnownHostPattern.matches(list, name: name)
                try demand(!KnownHostPattern.matches("\(list),!*", name: name), "a negated pattern does not win")
                try demand(
                    !matches || KnownHostPattern.matches("x,\(list)", name: name), "a list is not any of its patterns")
            },
            "a": { bytes in
                guard let text = text(bytes), let key = AuthorizedKey(text) else { return }
                try demand(
                    "\(key)".utf8.allSatisfy { (32...126).contains($0) }, "a key is more than a part of one line")
                try demand(AuthorizedKey("\(key)") == key, "a key is not read back as it was written")
            },
            "p": { bytes in
                guard let text = text(bytes), let order = PushOrder(commandLine: text) else { return }
                try demand(order.commandLine == text, "an order is not what was asked")
            },
            "v": { bytes in
                guard let text = text(bytes), let version = K3sVersion(text) else { return }
                try demand(version.description.utf8.elementsEqual(text.utf8), "a version is not what was written")
            },
            "n": { bytes in
                guard let text = text(bytes), let name = NodeName(text) else { return }
                try demand(name.text.utf8.elementsEqual(bytes), "a name is not what was written")
                try demandFitToShow(name.text, limit: 253)
            },
            "s": { bytes in
                guard let text = text(bytes), let address = SiteAddress(text) else { return }
                try demand(SiteAddress(address.text) == address, "an address is not read back as it was written")
                let below = address.appending("v1.2.3+k3s1", text).text
                try demand(below.utf8.count > 1000 || SiteAddress(below) != nil, "what is below an address is none")
            },
            "w": { bytes in
                guard let text = text(bytes), let address = WebAddress(text) else { return }
                try demand(WebAddress(address.text) == address, "an address is not read back as it was written")
            },
        ])

    /// - Parameter limit: in Unicode scalars.
    private static func demandFitToShow(_ text: String, limit: Int) throws(Broken) {
        try demand(text.unicodeScalars.count <= limit, "a text is longer than its limit")
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                throw Broken(description: "U+\(String(scalar.value, radix: 16)) is left in a text that is shown")
            default: break
            }
        }
    }

    private static func demandUsable(_ destination: Destination) throws {
        do { try destination.validate() } catch { return }
        try demand((1...65_535).contains(destination.port), "a port is none")
        try demand(!destination.host.isEmpty && !destination.host.hasPrefix("-"), "a host looks like an option")
        try demand(!destination.user.hasPrefix("-"), "a user looks like an option")
    }
}
