internal import Glibc

/// `make-release`: writes a program that calls itself another version.
enum MakeReleaseCommand {
    static func run(_ arguments: [String]) {
        do {
            let values = try CommandArguments(arguments, allowed: ["version", "from", "out", "pad"])
            guard let version = values["version"], let source = values["from"], let target = values["out"] else {
                throw Flags.Mistake(description: "make-release needs --version, --from and --out")
            }
            guard version.hasPrefix("v"), version.contains("+k3s"), version.utf8.count <= 64 else {
                throw Flags.Mistake(description: "\(version) is no K3s version such as v1.35.1+k3s1")
            }
            let padding = try values.number("pad") ?? 0
            let program = Release.program(
                try Files.read(source, limit: 1 << 30), withVersion: version, padding: min(padding, 1 << 30))
            try Files.write(program, to: target, mode: 0o755)
        } catch {
            Log.fatal("make-release: \(error)")
        }
    }
}
