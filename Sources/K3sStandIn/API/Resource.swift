/// One kind of object the API serves.
struct Resource: Sendable, Hashable {
    let group: String
    let version: String
    let plural: String
    let singular: String
    let kind: String
    let namespaced: Bool
    var shortNames: [String] = []
    /// Whether `status` is a subresource of its own, which ordinary writes leave alone.
    var hasStatus = false
    /// Whether `metadata.generation` counts the changes of `spec`.
    var hasGeneration = false

    /// `v1`, `apps/v1`.
    var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// `pods`, `deployments.apps`: the kind's part in an `ObjectKey`, and its name in messages.
    var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }
    /// `/api/v1` or `/apis/apps/v1`.
    var rootPath: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }

    func key(_ namespace: String, _ name: String) -> ObjectKey {
        ObjectKey(qualifiedName, namespaced ? namespace : "", name)
    }

    static let nodes = Resource(
        group: "", version: "v1", plural: "nodes", singular: "node", kind: "Node", namespaced: false,
        shortNames: ["no"], hasStatus: true)
    static let pods = Resource(
        group: "", version: "v1", plural: "pods", singular: "pod", kind: "Pod", namespaced: true, shortNames: ["po"],
        hasStatus: true)
    static let namespaces = Resource(
        group: "", version: "v1", plural: "namespaces", singular: "namespace", kind: "Namespace", namespaced: false,
        shortNames: ["ns"], hasStatus: true)
    static let persistentVolumes = Resource(
        group: "", version: "v1", plural: "persistentvolumes", singular: "persistentvolume", kind: "PersistentVolume",
        namespaced: false, shortNames: ["pv"], hasStatus: true)
    static let persistentVolumeClaims = Resource(
        group: "", version: "v1", plural: "persistentvolumeclaims", singular: "persistentvolumeclaim",
        kind: "PersistentVolumeClaim", namespaced: true, shortNames: ["pvc"], hasStatus: true)
    static let events = Resource(
        group: "", version: "v1", plural: "events", singular: "event", kind: "Event", namespaced: true,
        shortNames: ["ev"])
    static let configMaps = Resource(
        group: "", version: "v1", plural: "configmaps", singular: "configmap", kind: "ConfigMap", namespaced: true,
        shortNames: ["cm"])
    static let secrets = Resource(
        group: "", version: "v1", plural: "secrets", singular: "secret", kind: "Secret", namespaced: true)
    static let services = Resource(
        group: "", version: "v1", plural: "services", singular: "service", kind: "Service", namespaced: true,
        shortNames: ["svc"], hasStatus: true)
    static let endpoints = Resource(
        group: "", version: "v1", plural: "endpoints", singular: "endpoints", kind: "Endpoints", namespaced: true,
        shortNames: ["ep"])
    static let serviceAccounts = Resource(
        group: "", version: "v1", plural: "serviceaccounts", singular: "serviceaccount", kind: "ServiceAccount",
        namespaced: true, shortNames: ["sa"])
    static let deployments = Resource(
        group: "apps", version: "v1", plural: "deployments", singular: "deployment", kind: "Deployment",
        namespaced: true, shortNames: ["deploy"], hasStatus: true, hasGeneration: true)
    static let replicaSets = Resource(
        group: "apps", version: "v1", plural: "replicasets", singular: "replicaset", kind: "ReplicaSet",
        namespaced: true, shortNames: ["rs"], hasStatus: true, hasGeneration: true)
    static let statefulSets = Resource(
        group: "apps", version: "v1", plural: "statefulsets", singular: "statefulset", kind: "StatefulSet",
        namespaced: true, shortNames: ["sts"], hasStatus: true, hasGeneration: true)
    static let daemonSets = Resource(
        group: "apps", version: "v1", plural: "daemonsets", singular: "daemonset", kind: "DaemonSet", namespaced: true,
        shortNames: ["ds"], hasStatus: true, hasGeneration: true)
    static let jobs = Resource(
        group: "batch", version: "v1", plural: "jobs", singular: "job", kind: "Job", namespaced: true,
        hasStatus: true, hasGeneration: true)
    static let disruptionBudgets = Resource(
        group: "policy", version: "v1", plural: "poddisruptionbudgets", singular: "poddisruptionbudget",
        kind: "PodDisruptionBudget", namespaced: true, shortNames: ["pdb"], hasStatus: true, hasGeneration: true)
    static let leases = Resource(
        group: "coordination.k8s.io", version: "v1", plural: "leases", singular: "lease", kind: "Lease",
        namespaced: true)
    static let storageClasses = Resource(
        group: "storage.k8s.io", version: "v1", plural: "storageclasses", singular: "storageclass",
        kind: "StorageClass", namespaced: false, shortNames: ["sc"])
    static let snapshotFiles = Resource(
        group: "k3s.cattle.io", version: "v1", plural: "etcdsnapshotfiles", singular: "etcdsnapshotfile",
        kind: "ETCDSnapshotFile", namespaced: false, hasStatus: true)

    /// Everything that is served, in the order of discovery.
    static let all: [Resource] = [
        nodes, pods, namespaces, persistentVolumes, persistentVolumeClaims, events, configMaps, secrets, services,
        endpoints, serviceAccounts, deployments, replicaSets, statefulSets, daemonSets, jobs, disruptionBudgets, leases,
        storageClasses, snapshotFiles,
    ]

    static func find(group: String, version: String, plural: String) -> Resource? {
        all.first { $0.plural == plural && $0.group == group && $0.version == version }
    }
}
