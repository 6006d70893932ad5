package import ArgumentParser
package import Wire

/// `--to VERSION`.
package struct TargetOption: ParsableArguments {
    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The version to go to, whole: v1.35.1+k3s1.", valueName: "version"),
        transform: K3sVersion.argument)
    package var target: K3sVersion

    package init() {}
}
