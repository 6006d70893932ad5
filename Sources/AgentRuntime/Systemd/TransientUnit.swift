internal import Processes
package import SystemPackage

/// A long command run by systemd under a name, so that an agent started anew finds it running, or finds how it ended.
package struct TransientUnit: Sendable, Equatable {
    /// `k3s-upgrade-<step>.service`.
    package let name: String
    package let program: FilePath
    /// Visible to all users of the node: no secrets.
    package let arguments: [String]
    /// Visible in systemctl show: no secrets.
    package let environment: [String: String]
    /// Variables that may be secret, in a file of mode 0600.
    package let environmentFile: FilePath?
    /// Where both outputs go. Made by whoever starts the unit, mode 0600; systemd appends nothing before it.
    package let output: FilePath
    /// After this long systemd ends it and all its children.
    package let limit: Duration

    /// - Parameter step: lower-case letters, digits and hyphens, at most 64; nil for anything else.
    package init?(
        step: String, program: FilePath, arguments: [String], environment: [String: String] = [:],
        environmentFile: FilePath? = nil, output: FilePath, limit: Duration
    ) {
        guard let name = Self.name(step: step), program.isAbsolute else { return nil }
        self.name = name
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.environmentFile = environmentFile
        self.output = output
        self.limit = limit
    }

    package static func name(step: String) -> String? {
        let fits = step.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }
        guard fits, (1...64).contains(step.utf8.count) else { return nil }
        return "k3s-upgrade-\(step).service"
    }

    /// The systemd-run command that starts it and returns at its end: a oneshot's start is over when it has ended, and
    /// systemd says so without a message bus.
    package var command: Command {
        var options = [
            "--quiet", "--unit=\(name)", "--service-type=oneshot",
            "--property=TimeoutStartSec=\(max(1, limit.components.seconds))",
            "--property=TimeoutStopSec=10", "--property=UMask=0077", "--property=StandardInput=null",
            "--property=StandardOutput=file:\(output)", "--property=StandardError=file:\(output)",
        ]
        if let environmentFile { options.append("--property=EnvironmentFile=\(environmentFile)") }
        let variables = ["PATH": Command.path, "LC_ALL": "C"].merging(environment) { _, given in given }
        options += variables.sorted { $0.key < $1.key }.map { "--setenv=\($0)=\($1)" }
        return Command(
            .named("systemd-run"), options + ["--", program.string] + arguments,
            // For systemd to end it and to say so.
            deadline: limit + .seconds(10) + Systemd.deadline)
    }
}
