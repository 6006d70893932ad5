/// The columns `kubectl get` prints for each kind.
enum TableColumns {
    struct Column: Sendable {
        let name: String
        var type = "string"
        /// 0 is always shown, 1 with `-o wide`.
        var priority = 0
        let value: @Sendable (JSON) -> JSON

        init(_ name: String, type: String = "string", wide: Bool = false, _ value: @escaping @Sendable (JSON) -> JSON) {
            (self.name, self.type, self.priority, self.value) = (name, type, wide ? 1 : 0, value)
        }
    }

    static func columns(of resource: Resource) -> [Column] {
        let name = Column("Name", { .string($0.name) })
        let age = Column("Age", { .string(K3sStandIn.age(since: $0["metadata"]["creationTimestamp"].string)) })
        return resource == .events ? specific(resource) : [name] + specific(resource) + [age] + wide(resource)
    }

    private static func specific(_ resource: Resource) -> [Column] {
        switch resource {
        case .nodes:
            [
                Column("Status", { .string(nodeStatus($0)) }), Column("Roles", { .string(nodeRoles($0)) }),
            ]
        case .pods:
            [
                Column("Ready", { .string(readyContainers($0)) }), Column("Status", { .string(podStatus($0)) }),
                Column(
                    "Restarts", type: "integer",
                    {
                        .int(
                            $0["status"]["containerStatuses"].elements.reduce(0) { $0 + ($1["restartCount"].int ?? 0) })
                    }),
            ]
        case .namespaces: [Column("Status", { $0["status"]["phase"] })]
        case .deployments:
            [
                Column("Ready", { ratio($0["status"]["readyReplicas"], $0["spec"]["replicas"]) }),
                count("Up-to-date", "updatedReplicas"), count("Available", "availableReplicas"),
            ]
        case .statefulSets: [Column("Ready", { ratio($0["status"]["readyReplicas"], $0["spec"]["replicas"]) })]
        case .replicaSets:
            [
                Column("Desired", type: "integer", { .int($0["spec"]["replicas"].int ?? 0) }),
                count("Current", "replicas"),
                count("Ready", "readyReplicas"),
            ]
        case .daemonSets:
            [
                count("Desired", "desiredNumberScheduled"), count("Current", "currentNumberScheduled"),
                count("Ready", "numberReady"), count("Up-to-date", "updatedNumberScheduled"),
                count("Available", "numberAvailable"),
            ]
        case .jobs:
            [
                Column("Status", { $0.hasCondition("Complete") ? "Complete" : "Running" }),
                Column("Completions", { ratio($0["status"]["succeeded"], $0["spec"]["completions"]) }),
            ]
        case .disruptionBudgets:
            [
                Column("Min Available", { orNA($0["spec"]["minAvailable"]) }),
                Column("Max Unavailable", { orNA($0["spec"]["maxUnavailable"]) }),
                count("Allowed Disruptions", "disruptionsAllowed"),
            ]
        case .persistentVolumes:
            [
                Column("Capacity", { $0["spec"]["capacity"]["storage"] }), Column("Access Modes", { accessModes($0) }),
                Column("Reclaim Policy", { $0["spec"]["persistentVolumeReclaimPolicy"] }),
                Column("Status", { $0["status"]["phase"] }),
                Column(
                    "Claim",
                    { claim in
                        let reference = claim["spec"]["claimRef"]
                        return reference.isNull
                            ? "" : .string("\(reference["namespace"].string ?? "")/\(reference["name"].string ?? "")")
                    }),
                Column("StorageClass", { $0["spec"]["storageClassName"] }),
            ]
        case .persistentVolumeClaims:
            [
                Column("Status", { $0["status"]["phase"] }), Column("Volume", { $0["spec"]["volumeName"] }),
                Column("Capacity", { $0["status"]["capacity"]["storage"] }),
                Column("Access Modes", { accessModes($0) }),
                Column("StorageClass", { $0["spec"]["storageClassName"] }),
            ]
        case .events:
            [
                Column("Last Seen", { .string(age(since: $0["lastTimestamp"].string)) }),
                Column("Type", { $0["type"] }),
                Column("Reason", { $0["reason"] }),
                Column(
                    "Object",
                    { event in
                        let object = event["involvedObject"]
                        return .string("\(object["kind"].string?.lowercased() ?? "")/\(object["name"].string ?? "")")
                    }), Column("Message", { $0["message"] }),
            ]
        case .leases: [Column("Holder", { $0["spec"]["holderIdentity"] })]
        case .configMaps, .secrets: [Column("Data", type: "integer", { .int($0["data"].fields.count) })]
        default: []
        }
    }

    private static func wide(_ resource: Resource) -> [Column] {
        switch resource {
        case .nodes:
            // The version comes behind the age, as in the real table.
            [
                Column("Version", { $0["status"]["nodeInfo"]["kubeletVersion"] }),
                Column(
                    "Internal-IP", wide: true,
                    { node in
                        node["status"]["addresses"].elements.first { $0["type"] == "InternalIP" }?["address"]
                            ?? "<none>"
                    }),
                Column("OS-Image", wide: true, { $0["status"]["nodeInfo"]["osImage"] }),
                Column("Kernel-Version", wide: true, { $0["status"]["nodeInfo"]["kernelVersion"] }),
                Column("Container-Runtime", wide: true, { $0["status"]["nodeInfo"]["containerRuntimeVersion"] }),
            ]
        case .pods:
            [
                Column("IP", wide: true, { $0["status"]["podIP"].isNull ? "<none>" : $0["status"]["podIP"] }),
                Column("Node", wide: true, { .string($0.nodeName ?? "<none>") }),
            ]
        default: []
        }
    }

    private static func count(_ name: String, _ field: String) -> Column {
        Column(name, type: "integer", { .int($0["status"][field].int ?? 0) })
    }

    private static func ratio(_ part: JSON, _ whole: JSON) -> JSON { .string("\(part.int ?? 0)/\(whole.int ?? 0)") }

    private static func orNA(_ value: JSON) -> JSON {
        .string(value.string ?? value.int.map { String($0) } ?? "N/A")
    }

    private static func accessModes(_ object: JSON) -> JSON {
        let short = ["ReadWriteOnce": "RWO", "ReadWriteMany": "RWX", "ReadOnlyMany": "ROX", "ReadWriteOncePod": "RWOP"]
        let modes = object["spec"]["accessModes"].elements.compactMap(\.string)
        return .string(modes.map { short[$0] ?? $0 }.joined(separator: ","))
    }

    private static func nodeStatus(_ node: JSON) -> String {
        let status =
            switch node.condition("Ready")?["status"].string {
            case "True": "Ready"
            case "False": "NotReady"
            default: node.condition("Ready") == nil ? "Unknown" : "NotReady"
            }
        return node["spec"]["unschedulable"].bool == true ? status + ",SchedulingDisabled" : status
    }

    private static func nodeRoles(_ node: JSON) -> String {
        let prefix = "node-role.kubernetes.io/"
        let roles = node.labels.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        return roles.isEmpty ? "<none>" : roles.sorted().joined(separator: ",")
    }

    private static func readyContainers(_ pod: JSON) -> String {
        let ready = pod["status"]["containerStatuses"].elements.count { $0["ready"].bool == true }
        return "\(ready)/\(pod["spec"]["containers"].elements.count)"
    }

    private static func podStatus(_ pod: JSON) -> String {
        if pod.isBeingDeleted { return "Terminating" }
        for container in pod["status"]["containerStatuses"].elements {
            if let reason = container["state"]["waiting"]["reason"].string { return reason }
            if let reason = container["state"]["terminated"]["reason"].string { return reason }
        }
        return pod["status"]["phase"].string ?? "Unknown"
    }
}
