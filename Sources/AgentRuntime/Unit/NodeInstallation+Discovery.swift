package import SystemPackage
internal import Wire

extension NodeInstallation {
    /// Where unit files are looked for; the first folder that has a unit's name wins, as systemd has it.
    package static let unitFolders: [FilePath] = [
        "/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    ]
    /// Units, environment and configuration files are small; anything larger is no such file.
    package static let fileLimit = 1 << 20

    /// Finds the one unit that starts k3s and reads all that it uses.
    ///
    /// Throws `unitMissing`, `unitAmbiguous`, `unitUnclear`, or a file's error.
    package static func discover(in root: SystemRoot = .real) throws(NodeError) -> NodeInstallation {
        let found = try units(in: root)
        guard let (path, unit) = found.first else {
            throw NodeError(
                .unitMissing, "K3s is not installed here: no unit in \(unitFolders[0]) starts it",
                wayOut: "install K3s on this node, or take the node out of the inventory")
        }
        guard found.count == 1 else {
            let names = found.map(\.unit.name).joined(separator: " and ")
            throw NodeError(
                .unitAmbiguous, "\(names) both start k3s on this node",
                wayOut: "an installer that ran without K3S_URL may have made this worker a server; find out which one "
                    + "the node needs (systemctl status), then disable and remove the other")
        }
        return try NodeInstallation(root: root, unitPath: path, unit: unit)
    }

    /// Every unit on the node that starts k3s as server or agent, whether enabled or not.
    package static func units(in root: SystemRoot) throws(NodeError) -> [(path: FilePath, unit: ServiceUnit)] {
        var found: [(path: FilePath, unit: ServiceUnit)] = []
        var seen: Set<String> = []
        for folder in unitFolders {
            for name in try Folder.namesIfPresent(in: root.path(folder)) {
                guard name.hasSuffix(".service"), name.hasPrefix("k3s"), seen.insert(name).inserted else { continue }
                let path = folder.appending(name)
                // A masked unit is a link to /dev/null; a link to a unit elsewhere is followed.
                guard try FileFacts(at: root.path(path), following: true)?.kind == .file else { continue }
                let text = try read(path, in: root) ?? ""
                if let unit = try ServiceUnit(name: name, text: text, dropIns: dropIns(of: name, in: root)) {
                    found.append((path, unit))
                }
            }
        }
        return found
    }

    /// The texts of a unit's drop-ins, sorted by name over all folders.
    private static func dropIns(of unit: String, in root: SystemRoot) throws(NodeError) -> [String] {
        var byName: [String: FilePath] = [:]
        for folder in unitFolders.reversed() {
            let place = folder.appending(unit + ".d")
            for name in try Folder.namesIfPresent(in: root.path(place)) where name.hasSuffix(".conf") {
                byName[name] = place.appending(name)
            }
        }
        var texts: [String] = []
        for (_, path) in byName.sorted(by: { $0.key < $1.key }) {
            if let text = try read(path, in: root) { texts.append(text) }
        }
        return texts
    }

    private static func read(_ path: FilePath, in root: SystemRoot) throws(NodeError) -> String? {
        guard let bytes = try PlainFile.bytesIfPresent(root.path(path), limit: fileLimit, following: true) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private init(root: SystemRoot, unitPath: FilePath, unit: ServiceUnit) throws(NodeError) {
        var variables = unit.environment
        for file in unit.environmentFiles {
            guard let text = try Self.read(file, in: root) else { continue }
            for variable in EnvironmentFile(parsing: text).variables { variables[variable.name] = variable.value }
        }
        let bare = K3sConfiguration(arguments: unit.arguments, environment: variables, files: [])
        let config = try bare.text(.init(name: "config", short: "c", variable: "K3S_CONFIG_FILE"))
        let configPath = config.map { FilePath($0.revealed) } ?? Self.configFolder.appending("config.yaml")
        var files: [ConfigFile] = []
        if let text = try Self.read(configPath, in: root) { files.append(ConfigFile(text)) }
        let additions = FilePath(configPath.string + ".d")
        for name in try Folder.namesIfPresent(in: root.path(additions))
        where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            if let text = try Self.read(additions.appending(name), in: root) { files.append(ConfigFile(text)) }
        }
        let configuration = K3sConfiguration(arguments: unit.arguments, environment: variables, files: files)
        let dataDir = try configuration.text(.dataDir)?.revealed ?? "/var/lib/rancher/k3s"
        guard dataDir.hasPrefix("/") else {
            throw .unclear("data-dir in K3s' configuration", "it is not a full path")
        }
        self.root = root
        self.unitPath = unitPath
        self.unit = unit
        self.configuration = configuration
        self.configPath = configPath
        dataFolder = FilePath(dataDir)
        nodeName = try Self.name(configuration, in: root)
        datastore = unit.role == .server ? try Self.datastore(configuration, FilePath(dataDir), in: root) : nil
    }

    /// K3s names a node by `node-name`, else by its host name, in lower case.
    private static func name(_ configuration: K3sConfiguration, in root: SystemRoot) throws(NodeError) -> String {
        guard try !configuration.isOn(.withNodeID) else {
            throw .unclear("with-node-id", "it adds to the node's name what only K3s knows")
        }
        if let name = try configuration.text(.nodeName)?.revealed { return name.lowercased() }
        let bytes = try PlainFile.open(root.path("/proc/sys/kernel/hostname")).bytes(limit: 256)
        let name = String(decoding: bytes, as: UTF8.self)[...].split(whereSeparator: \.isNewline).first ?? ""
        guard !name.isEmpty else { throw .unclear("the host's name", "it is empty") }
        return name.lowercased()
    }

    private static func datastore(
        _ configuration: K3sConfiguration, _ dataFolder: FilePath, in root: SystemRoot
    ) throws(NodeError) -> Datastore {
        if let endpoint = try configuration.text(.datastoreEndpoint)?.revealed, !endpoint.isEmpty {
            guard !endpoint.hasPrefix("sqlite") else {
                throw .unclear("datastore-endpoint", "it names a SQLite file of its own, which is not supported")
            }
            return .external
        }
        // K3s' own test: the folder db/etcd alone can exist beside SQLite.
        let etcd = root.path(dataFolder.appending("server/db/etcd/member/wal"))
        if try FileFacts(at: etcd, following: true)?.kind == .folder { return .etcd }
        if try configuration.isOn(.clusterInit) { return .etcd }
        if try configuration.text(.server) != nil { return .etcd }
        return .sqlite
    }
}
