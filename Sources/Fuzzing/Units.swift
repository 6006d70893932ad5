internal import AgentRuntime
internal import SystemPackage
internal import Wire

extension FuzzTarget {
    /// The files that say how k3s runs: a `u`nit, with drop-ins behind lines of `--`; a file of `e`nvironment variables;
    /// K3s' `c`onfiguration; and the words of a command line for the `i`nstaller, one a line.
    static let units = FuzzTarget(
        "units",
        readers: [
            "u": { bytes in
                let parts = Self.parts(bytes)
                let unit = try? ServiceUnit(name: "k3s.service", text: parts[0], dropIns: Array(parts.dropFirst()))
                guard let unit else { return }
                try demand(unit.binary.isAbsolute, "a program has no full path")
                try demandTold(
                    K3sConfiguration(arguments: unit.arguments, environment: unit.environment, files: []))
            },
            "e": { bytes in
                let file = EnvironmentFile(parsing: String(decoding: bytes, as: UTF8.self))
                try demand(file.variables.allSatisfy { EnvironmentFile.isName($0.name) }, "a name is none")
                guard let written = try? file.text() else { return }
                try demand(
                    EnvironmentFile(parsing: written) == file, "variables are not read back as they were written")
            },
            "c": { bytes in
                let files = Self.parts(bytes).map(ConfigFile.init)
                try demandTold(K3sConfiguration(arguments: [], environment: [:], files: files))
            },
            "i": { bytes in
                let words = String(decoding: bytes, as: UTF8.self).split(
                    separator: "\n", omittingEmptySubsequences: false
                ).map(String.init)
                guard let text = InstallerArguments.text(words) else { return }
                try demand(InstallerShell.words(text) == words, "the installer does not get the words that were meant")
            },
        ])

    private static func parts(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n--\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// Asks for all that the agent asks for; it may be told that something is unclear.
    private static func demandTold(_ configuration: K3sConfiguration) throws {
        let flags: [K3sConfiguration.Flag] = [
            .dataDir, .datastoreEndpoint, .clusterInit, .server, .token, .tokenFile, .agentToken, .nodeName,
            .withNodeID,
            .kubeletArgument,
        ]
        for flag in flags {
            _ = try? configuration.text(flag)
            _ = try? configuration.list(flag)
            _ = try? configuration.isOn(flag)
        }
        let secrets = configuration.secrets
        let scrubber = Scrubber(secrets)
        for secret in secrets {
            let clean = scrubber.clean("before \(secret.revealed) after")
            try demand(
                "(secret)".contains(secret.revealed) || !clean.utf8.contains(secret.revealed.utf8),
                "a secret is left in a text")
        }
        for value in configuration.environment.values {
            try demand("\(value)" == "(secret)", "a value prints")
        }
        _ = configuration.proxies
    }
}

extension Sequence<UInt8> {
    fileprivate func contains(_ piece: some Collection<UInt8>) -> Bool {
        let all = Array(self)
        guard piece.count <= all.count else { return false }
        return (0...(all.count - piece.count)).contains { all[$0...].starts(with: piece) }
    }
}
