package import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// What a run may do, where it differs from the inventory's `policy`.
package struct PolicyOptions: ParsableArguments {
    @Option(help: "How the release gets onto a node: install-script or binary.")
    var method: String?
    @Flag(help: "An external datastore has a backup.") var externalBackupTaken = false

    package init() {}

    package func validate() throws {
        if let method, InstallMethod(rawValue: method) == nil {
            throw ValidationError("--method is install-script or binary, not \(method.cleaned(limit: 40))")
        }
    }

    func policy(over inventory: Inventory) -> Policy {
        var policy = inventory.policy
        if let method = method.flatMap(InstallMethod.init(rawValue:)) { policy.method = method }
        if externalBackupTaken { policy.externalBackupTaken = true }
        return policy
    }
}
