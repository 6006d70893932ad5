package import SystemPackage
package import Wire

/// The K3s that is installed on this node, as its own files tell it.
package struct NodeInstallation: Sendable, Equatable {
    package let root: SystemRoot
    /// Where the unit's file is, outside of `root`'s prefix: `/etc/systemd/system/k3s.service`.
    package let unitPath: FilePath
    package let unit: ServiceUnit
    package let configuration: K3sConfiguration
    /// K3s' name of this node in the cluster.
    package let nodeName: String
    /// `/var/lib/rancher/k3s` unless told otherwise.
    package let dataFolder: FilePath
    /// Nil on workers.
    package let datastore: Datastore?
    /// Where the configuration file is, `/etc/rancher/k3s/config.yaml` unless told otherwise.
    package let configPath: FilePath

    package var role: Role { unit.role }
    package var binary: FilePath { unit.binary }

    /// The environment file that the installer writes and rebuilds, `<unit>.env`.
    package var environmentPath: FilePath { FilePath(unitPath.string + ".env") }

    /// K3s' folder of configuration, kubeconfig and registries.
    package static let configFolder: FilePath = "/etc/rancher/k3s"
}
