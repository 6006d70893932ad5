/// What a new cluster holds: namespaces, service accounts, manifests from `server/manifests`, and the workload that the
/// configuration asks for.
@MainActor struct SeedObjects {
    let api: ObjectAPI
    let options: NodeOptions

    func create() async throws {
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            await ensure(.namespaces, ["metadata": ["name": .string(name)]])
        }
        await ensure(
            .storageClasses,
            [
                "metadata": [
                    "name": "local-path", "annotations": ["storageclass.kubernetes.io/is-default-class": "true"],
                ],
                "provisioner": "rancher.io/local-path", "reclaimPolicy": "Delete",
            ])
        await ensure(
            .services,
            [
                "metadata": ["name": "kubernetes", "namespace": "default"],
                "spec": ["clusterIP": "10.43.0.1", "ports": [["name": "https", "port": 443]], "type": "ClusterIP"],
            ])
        for object in manifests() { await ensure(object) }
    }

    /// The workload comes when as many nodes are Ready as the configuration says, so that it spreads over them.
    func createWorkload() async {
        let mark = "k3s-standin-workload"
        guard options.settings.workload != "none", api.find(.configMaps, "kube-system", mark) == nil else { return }
        while api.list(.nodes).count(where: { $0.hasCondition("Ready") }) < options.settings.workloadNodes {
            await api.store.changed.wait(past: api.store.changed.count, upTo: .seconds(5))
        }
        let parts = options.settings.workload.split(separator: ",").map(\.trimmed)
        if parts.contains("sample") { for object in SampleWorkload.objects { await ensure(object) } }
        if parts.contains("bare-pod") { await ensure(SampleWorkload.barePod) }
        if parts.contains("budget-blocks") { await ensure(SampleWorkload.blockingBudget) }
        await ensure(.configMaps, ["metadata": ["name": .string(mark), "namespace": "kube-system"]])
    }

    /// JSON files in `server/manifests`; each holds one object or a List.
    private func manifests() -> [JSON] {
        let folder = options.dataDirectory + "/server/manifests"
        return Files.names(in: folder).filter { $0.hasSuffix(".json") }.flatMap { name -> [JSON] in
            do {
                let object = try JSON(parsing: Files.read("\(folder)/\(name)"))
                return object["kind"] == "List" ? object["items"].elements : [object]
            } catch {
                Log.error("Failed to process \(folder)/\(name): \(error)")
                return []
            }
        }
    }

    private func ensure(_ object: JSON) async {
        let version = object["apiVersion"].string ?? ""
        let group = version.contains("/") ? String(version.split(separator: "/")[0]) : ""
        guard let resource = Resource.all.first(where: { $0.group == group && $0.kind == object["kind"].string }) else {
            return Log.error("Failed to create \(object["kind"].text): no such kind")
        }
        await ensure(resource, object)
    }

    private func ensure(_ resource: Resource, _ object: JSON) async {
        let namespace = resource.namespaced ? object["metadata"]["namespace"].string ?? "default" : ""
        if api.find(resource, namespace, object.name) != nil { return }
        do {
            try await api.create(resource, namespace, object)
        } catch {
            // Another server may have been quicker.
            if error.reason != "AlreadyExists" { Log.error("Failed to create \(object.name): \(error.message)") }
        }
    }
}
