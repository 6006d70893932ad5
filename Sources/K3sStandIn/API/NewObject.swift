/// What the API server makes of an object before it is stored for the first time.
enum NewObject {
    static func prepared(_ object: JSON, as resource: Resource, namespace: String) throws(APIError) -> JSON {
        var new = object
        if let kind = object["kind"].string, kind != resource.kind {
            throw .badRequest("the object provided is a \(kind), not a \(resource.kind)")
        }
        if let given = object["metadata"]["namespace"].string, given != namespace, resource.namespaced {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        if let version = object["metadata"]["resourceVersion"].string, !version.isEmpty {
            throw .badRequest("resourceVersion should not be set on objects to be created")
        }
        if object.name.isEmpty, let prefix = object["metadata"]["generateName"].string {
            new["metadata"]["name"] = .string(prefix + newNameSuffix())
        }
        try checkName(new.name, resource)
        new["apiVersion"] = .string(resource.groupVersion)
        new["kind"] = .string(resource.kind)
        new["metadata"]["namespace"] = resource.namespaced ? .string(namespace) : .null
        new["metadata"]["uid"] = .string(newUID())
        new["metadata"]["creationTimestamp"] = .string(Timestamp.now.time)
        new["metadata"]["deletionTimestamp"] = .null
        if resource.hasGeneration { new["metadata"]["generation"] = 1 }
        if resource.hasStatus, resource != .nodes { new["status"] = .null }
        applyDefaults(to: &new, resource)
        try Validation.check(new, resource)
        return new
    }

    private static func checkName(_ name: String, _ resource: Resource) throws(APIError) {
        guard !name.isEmpty else {
            throw .invalid(resource, "", field: "metadata.name", "Required value: name or generateName is required")
        }
        let isAllowed = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
        }
        guard isAllowed, name.utf8.count <= 253 else {
            throw .invalid(
                resource, name, field: "metadata.name",
                "Invalid value: \"\(name)\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                    + " characters, '-' or '.'")
        }
    }

    private static func applyDefaults(to new: inout JSON, _ resource: Resource) {
        switch resource {
        case .pods: PodDefaults.apply(to: &new)
        case .namespaces:
            new["spec"]["finalizers"] = ["kubernetes"]
            new["status"]["phase"] = "Active"
            new["metadata"]["labels"]["kubernetes.io/metadata.name"] = .string(new.name)
        case .deployments:
            fill(&new["spec"], ["replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600])
            let rolling: JSON = [
                "type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"],
            ]
            fill(&new["spec"], ["strategy": rolling])
        case .statefulSets:
            fill(
                &new["spec"],
                [
                    "replicas": 1, "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10,
                    "updateStrategy": ["type": "RollingUpdate"],
                ])
        case .replicaSets: fill(&new["spec"], ["replicas": 1])
        case .daemonSets: fill(&new["spec"], ["updateStrategy": ["type": "RollingUpdate"]])
        case .jobs:
            fill(&new["spec"], ["completions": 1, "parallelism": 1, "backoffLimit": 6])
            if new["spec"]["selector"].isNull {
                new["spec"]["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"] = .string(new.uid)
            }
            new["spec"]["template"]["metadata"]["labels"]["batch.kubernetes.io/controller-uid"] = .string(new.uid)
            new["spec"]["template"]["metadata"]["labels"]["job-name"] = .string(new.name)
        case .persistentVolumes:
            fill(&new["spec"], ["persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"])
            new["status"]["phase"] = "Pending"
        case .persistentVolumeClaims:
            fill(&new["spec"], ["volumeMode": "Filesystem"])
            new["status"]["phase"] = "Pending"
        default: break
        }
    }

    /// Sets the fields that are not there.
    private static func fill(_ object: inout JSON, _ defaults: [String: JSON]) {
        for (field, value) in defaults where object[field].isNull { object[field] = value }
    }
}
