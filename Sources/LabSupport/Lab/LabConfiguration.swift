package import SystemPackage

/// What a lab is made of.
package struct LabConfiguration: Sendable {
    /// The tree under all hosts, which they only read.
    package enum Base: Sendable {
        /// This machine's own root: nothing to download, and what this machine has installed is on the hosts.
        case machine
        /// A minimal tree of this machine's release, made once and kept.
        case cached
        case folder(FilePath)
    }

    package var servers = 1
    package var workers = 2
    package var base = Base.machine
    /// Trees laid over the base, in this order, on every host.
    package var overlays: [FilePath] = []
    /// Of each host's disk, as `mount` reads it.
    package var diskSize = "1g"
    /// Of the boot. A cached base is made within it, should there be none.
    package var deadline = Duration.seconds(300)

    package init(servers: Int = 1, workers: Int = 2, base: Base = .machine, overlays: [FilePath] = []) {
        self.servers = servers
        self.workers = workers
        self.base = base
        self.overlays = overlays
    }

    var arguments: [String] {
        let base =
            switch base {
            case .machine: "/"
            case .cached: "cached"
            case .folder(let path): path.string
            }
        return ["--servers", "\(servers)", "--workers", "\(workers)", "--base", base, "--disk", diskSize]
            + overlays.flatMap { ["--overlay", $0.string] }
    }
}
