import K3sStandIn

/// A stand-in for K3s, for the lab only.
@main struct Main {
    static func main() async { await StandInCommand.run(CommandLine.arguments) }
}
