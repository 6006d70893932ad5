package import SystemPackage
package import Wire

/// The unit that starts k3s: which program, in which role, with which arguments and environment files.
package struct ServiceUnit: Sendable, Equatable {
    /// With its ending, `k3s-agent.service`.
    package let name: String
    package let binary: FilePath
    package let role: Role
    /// The arguments after the role.
    package let arguments: [UnitWord]
    /// Absolute paths, specifiers resolved, in the order in which later ones win.
    package let environmentFiles: [FilePath]
    /// Assignments of `Environment=` lines.
    package let environment: [String: Secret]

    /// Reads the unit and its drop-ins, which systemd applies in the order of their names.
    ///
    /// Nil if it starts something else than k3s' server or agent; throws `unitUnclear` where it might, in a way not
    /// understood.
    package init?(name: String, text: String, dropIns: [String] = []) throws(NodeError) {
        let files = ([text] + dropIns).map(UnitFile.init)
        let service = UnitFile(joining: files)
        guard let line = service.values("ExecStart", in: "Service").last else { return nil }
        guard let words = UnitWord.split(line), let program = words.first else {
            guard line.contains("k3s") else { return nil }
            throw .unclear("ExecStart of \(name)", "its quoting is not systemd's")
        }
        // Prefixes such as - and : change how systemd treats the program, not which one it is.
        let path = FilePath(String(program.literal.drop { "-:@+!".contains($0) }))
        guard path.lastComponent?.string == "k3s", words.count > 1 else { return nil }
        guard let role = Role.allCases.first(where: { $0.k3sCommand == words[1].value }) else { return nil }
        guard service.values("ExecStart", in: "Service").count == 1, path.isAbsolute else {
            throw .unclear("ExecStart of \(name)", "it starts more than one program, or one without a full path")
        }
        self.name = name
        self.role = role
        binary = path
        arguments = Array(words.dropFirst(2))
        let stem = name.hasSuffix(".service") ? String(name.dropLast(".service".count)) : name
        var resolved: [FilePath] = []
        for entry in service.values("EnvironmentFile", in: "Service") {
            guard let place = Self.resolve(entry, stem: stem) else {
                throw .unclear("EnvironmentFile= of \(name)", "it uses a specifier other than %N")
            }
            resolved.append(place)
        }
        environmentFiles = resolved
        var variables: [String: Secret] = [:]
        for entry in service.values("Environment", in: "Service") {
            guard let words = UnitWord.split(entry) else {
                throw .unclear("Environment= of \(name)", "its quoting is not systemd's")
            }
            for word in words {
                guard let (name, value) = (word.value ?? word.literal).assignment else { continue }
                variables[String(name)] = Secret(String(value))
            }
        }
        environment = variables
    }

    /// The path of an `EnvironmentFile=` entry without its leading `-`; `%N` and `%n` are the unit's name without and
    /// with its ending. Nil with any other specifier.
    private static func resolve(_ entry: String, stem: String) -> FilePath? {
        let path = entry.hasPrefix("-") ? String(entry.dropFirst()) : entry
        var result = ""
        var rest = path[...]
        while let next = rest.popFirst() {
            guard next == "%" else {
                result.append(next)
                continue
            }
            switch rest.popFirst() {
            case "N", "p": result += stem
            case "n": result += stem + ".service"
            case "%": result += "%"
            default: return nil
            }
        }
        return FilePath(result)
    }
}

extension UnitFile {
    /// One file after another, as systemd reads a unit and its drop-ins.
    init(joining files: [UnitFile]) { assignments = files.flatMap(\.assignments) }
}
