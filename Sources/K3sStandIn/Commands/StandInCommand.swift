internal import Glibc

/// The program's command line, as K3s' own, with the lab's commands beside.
package enum StandInCommand {
    /// Runs the program with these arguments, the first of them its own name. Server and agent never return.
    @MainActor package static func run(_ arguments: [String]) async {
        let program = (arguments.first ?? "k3s").split(separator: "/").last.map(String.init) ?? "k3s"
        if program == "kubectl" { KubectlCommand.run(Array(arguments.dropFirst())) }
        let rest = Array(arguments.dropFirst(2))
        switch arguments.dropFirst().first {
        case "--version", "-v", "version":
            print(Release.ofThisProgram().banner)
        case "server":
            let options = NodeOptions.gather(isServer: true, arguments: rest)
            if options.flags.isSet("cluster-reset") { ClusterReset(options: options).run() }
            await ServerProcess(options: options).run()
        case "agent": await AgentProcess(options: NodeOptions.gather(isServer: false, arguments: rest)).run()
        case "kubectl": KubectlCommand.run(rest)
        case "etcd-snapshot": await SnapshotCommand.run(rest)
        case "make-release": MakeReleaseCommand.run(rest)
        case "site": await SiteCommand.run(rest)
        case nil, "help", "--help", "-h": print(usage)
        case let other?:
            print("No help topic for '\(other)'")
            exit(3)
        }
    }

    private static let usage = """
        NAME:
           k3s - a stand-in for K3s in the lab; never for a real node

        COMMANDS:
           server         Run management server
           agent          Run node agent
           kubectl        Run kubectl
           etcd-snapshot  save --name N [--dir D], or ls [-o json] [--dir D]
           make-release   --version V --from PROGRAM --out FILE [--pad BYTES]
           site           --root DIR --listen ADDRESS:PORT [--log FILE] [--fault NAME@VERSION]
           --version      Print the version
        """
}
