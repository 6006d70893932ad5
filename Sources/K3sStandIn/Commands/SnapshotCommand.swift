internal import Glibc

/// `k3s etcd-snapshot save|ls`: asks the running server, as K3s does.
enum SnapshotCommand {
    /// K3s' own patience; the server may still finish after it.
    private static let patience = Duration.seconds(120)

    static func run(_ arguments: [String]) async {
        let subcommand = arguments.first { !$0.hasPrefix("-") } ?? "save"
        guard ["save", "ls", "list"].contains(subcommand) else {
            Log.fatal("etcd-snapshot \(subcommand): not offered by the stand-in")
        }
        do {
            let values = try CommandArguments(
                arguments.filter { $0 != subcommand },
                allowed: [
                    "name", "dir", "etcd-snapshot-dir", "o", "output", "data-dir", "d", "server", "s", "etcd-server",
                    "node-name", "snapshot-compress", "etcd-snapshot-compress", "token", "t", "etcd-token",
                ])
            try refuseTwoForms(values)
            try await ask(subcommand == "save", values)
        } catch {
            Log.fatal("\(error)")
        }
    }

    /// K3s puts what config.yaml says of snapshots in front of the command line, and takes a flag by one of its names only.
    private static func refuseTwoForms(_ values: CommandArguments) throws(Flags.Mistake) {
        let file = ConfigFile.read(Settings.ofThisHost().root + "/etc/rancher/k3s/config.yaml")
        for (short, long) in [("dir", "etcd-snapshot-dir"), ("snapshot-compress", "etcd-snapshot-compress")]
        where values[short] != nil && (values[long] != nil || file[long] != nil) {
            throw Flags.Mistake(description: "Cannot use two forms of the same flag: \(short) \(long)")
        }
    }

    private static func ask(_ saves: Bool, _ values: CommandArguments) async throws {
        let settings = Settings.ofThisHost()
        let data = values["data-dir"] ?? values["d"] ?? settings.root + "/var/lib/rancher/k3s"
        guard let token = values["token"] ?? values["t"] ?? Files.readText(data + "/server/token")?.trimmed else {
            throw DatastoreError(message: "open \(data)/server/token: no such file or directory")
        }
        let url = values["etcd-server"] ?? values["server"] ?? values["s"] ?? "https://127.0.0.1:\(settings.port)"
        guard let endpoint = Endpoint(url) else { throw DatastoreError(message: "invalid server url \(url)") }
        var body: JSON = ["operation": saves ? "save" : "list"]
        body["name"] = values["name"].map(JSON.string) ?? "on-demand"
        body["directory"] = (values["dir"] ?? values["etcd-snapshot-dir"]).map(JSON.string) ?? .null
        body["compress"] =
            (values["snapshot-compress"] ?? values["etcd-snapshot-compress"]).map { .bool($0 == "true") } ?? .null
        let answer = try await HTTPClient.send(
            "POST", endpoint, "/db/snapshot", bearer: Credentials(token: token).admin, body: body, timeout: patience)
        guard answer.isGood else {
            let why = answer.json["message"].string ?? ""
            throw DatastoreError(
                message: "see server log for details: \(endpoint)/db/snapshot: \(answer.status) : \(why)")
        }
        if saves {
            // A server whose save failed can say nothing at all: the command then prints nothing and exits with 0.
            if let name = answer.json["saved"].string { Log.info("Snapshot \(name) saved.") }
        } else if (values["o"] ?? values["output"]) == "json" {
            print(answer.json.text)
        } else {
            printTable(answer.json["items"].elements)
        }
    }

    private static func printTable(_ items: [JSON]) {
        let rows =
            [["Name", "Location", "Size", "Created"]]
            + items.map { item in
                [
                    item["spec"]["snapshotName"].string ?? "", item["spec"]["location"].string ?? "",
                    item["status"]["size"].string ?? "", item["status"]["creationTime"].string ?? "",
                ]
            }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            print(
                zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " ")
                    .trimmed)
        }
    }
}
