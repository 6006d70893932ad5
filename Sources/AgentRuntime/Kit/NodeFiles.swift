internal import SystemPackage
internal import Wire

/// The files of an installation, by what they are to it.
package enum NodeFiles {
    /// Unit with its drop-ins, environment files, configuration: what makes this k3s this node's k3s.
    package static func definition(of installation: NodeInstallation) throws(NodeError) -> [SavedFolder.Item] {
        let root = installation.root
        var items = [SavedFolder.Item(.unit, installation.unitPath)]
        for folder in NodeInstallation.unitFolders {
            let dropIns = folder.appending(installation.unit.name + ".d")
            items += try Folder.namesIfPresent(in: root.path(dropIns)).filter { $0.hasSuffix(".conf") }
                .map { SavedFolder.Item(.unit, dropIns.appending($0)) }
        }
        var seen: Set<FilePath> = []
        for path in [installation.environmentPath] + installation.unit.environmentFiles
        where seen.insert(path).inserted {
            items.append(SavedFolder.Item(.environment, path))
        }
        let folder = NodeInstallation.configFolder
        if try FileFacts(at: root.path(folder), following: true)?.kind == .folder {
            for file in try Folder.files(below: root.path(folder)) where !isWrittenByK3s(file) {
                items.append(SavedFolder.Item(.configuration, folder.pushing(file)))
            }
        }
        if !installation.configPath.starts(with: folder) {
            items.append(SavedFolder.Item(.configuration, installation.configPath))
        }
        return items
    }

    /// Tokens and passwords, without which a snapshot cannot be restored nor a node join again.
    package static func identity(of installation: NodeInstallation) -> [SavedFolder.Item] {
        let node: [FilePath] = ["/etc/rancher/node/password"]
        let kubeconfig = [NodeInstallation.configFolder.appending("k3s.yaml")]
        let server = ["server/token", "server/agent-token", "server/cred/passwd"].map {
            installation.dataFolder.appending(FilePath($0).components)
        }
        let paths = installation.role == .server ? node + kubeconfig + server : node
        return paths.map { SavedFolder.Item(.identity, $0) }
    }

    /// k3s writes its kubeconfig anew at each start: it is kept, but no difference of ours.
    private static func isWrittenByK3s(_ file: FilePath) -> Bool { file == "k3s.yaml" }
}
