/// A workload like that of a small home or office cluster: a database with its volume, monitoring, automation, a model
/// server, an agent on every node, a job that is done, and a sensible budget.
enum SampleWorkload {
    static var objects: [JSON] {
        ["database", "monitoring", "automation", "ai"].map(namespace) + database + monitoring + automation + ai + system
    }

    /// A pod that nobody would replace: a drain refuses to touch it.
    static var barePod: JSON {
        [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "debug-shell", "namespace": "automation"],
            "spec": podSpec("debug", "busybox:1.37"),
        ]
    }

    /// A budget that never allows a disruption.
    static var blockingBudget: JSON { budget("postgres-never", "database", app: "postgres", minAvailable: 1) }

    private static var database: [JSON] {
        var postgres: JSON = [
            "apiVersion": "apps/v1", "kind": "StatefulSet",
            "metadata": ["name": "postgres", "namespace": "database", "labels": ["app": "postgres"]],
            "spec": [
                "serviceName": "postgres", "replicas": 1, "selector": ["matchLabels": ["app": "postgres"]],
                "template": [
                    "metadata": ["labels": ["app": "postgres"]], "spec": podSpec("postgres", "postgres:17"),
                ],
            ],
        ]
        postgres["spec"]["volumeClaimTemplates"] = [["metadata": ["name": "data"], "spec": claimSpec("20Gi")]]
        let migration: JSON = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "schema-migration", "namespace": "database"],
            "spec": [
                "template": ["spec": podSpec("migrate", "postgres:17", restart: "Never")]
            ],
        ]
        return [volume("postgres-data", "20Gi", "database", "data-postgres-0"), postgres, migration]
    }

    private static var monitoring: [JSON] {
        let exporter: JSON = [
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": ["name": "node-exporter", "namespace": "monitoring"],
            "spec": [
                "selector": ["matchLabels": ["app": "node-exporter"]],
                "template": [
                    "metadata": ["labels": ["app": "node-exporter"]],
                    "spec": podSpec("exporter", "prom/node-exporter:v1.9.1", tolerations: [["operator": "Exists"]]),
                ],
            ],
        ]
        return withVolume("prometheus", "monitoring", "prom/prometheus:v3.4.2", "50Gi")
            + withVolume("grafana", "monitoring", "grafana/grafana:12.0.2", "5Gi") + [exporter]
    }

    private static var automation: [JSON] {
        withVolume("n8n", "automation", "n8nio/n8n:1.100.1", "5Gi", replicas: 2)
            + [budget("n8n", "automation", app: "n8n", minAvailable: 1)]
    }

    private static var ai: [JSON] { withVolume("ollama", "ai", "ollama/ollama:0.9.5", "100Gi") }

    private static var system: [JSON] {
        [
            deployment(
                "coredns", "kube-system", "rancher/mirrored-coredns-coredns:1.12.1", labels: ["k8s-app": "kube-dns"]),
            deployment("traefik", "kube-system", "rancher/mirrored-library-traefik:3.3.6"),
        ]
    }

    // MARK: Parts

    private static func namespace(_ name: String) -> JSON {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }

    private static func podSpec(
        _ container: String, _ image: String, restart: String = "Always", tolerations: [JSON] = []
    ) -> JSON {
        [
            "containers": [["name": .string(container), "image": .string(image)]], "restartPolicy": .string(restart),
            "tolerations": tolerations.isEmpty ? .null : .array(tolerations),
        ]
    }

    private static func deployment(
        _ name: String, _ namespace: String, _ image: String, replicas: Int = 1, labels: [String: String] = [:]
    ) -> JSON {
        let labels = labels.merging(["app": name]) { own, _ in own }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": JSON(strings: labels)],
            "spec": [
                "replicas": .int(replicas), "selector": ["matchLabels": JSON(strings: labels)],
                "template": ["metadata": ["labels": JSON(strings: labels)], "spec": podSpec(name, image)],
            ],
        ]
    }

    /// A Deployment with an NFS volume for its data and an emptyDir for its scratch files.
    private static func withVolume(
        _ name: String, _ namespace: String, _ image: String, _ size: String, replicas: Int = 1
    ) -> [JSON] {
        let claim: JSON = [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": ["name": .string("\(name)-data"), "namespace": .string(namespace)], "spec": claimSpec(size),
        ]
        var deployment = deployment(name, namespace, image, replicas: replicas)
        deployment["spec"]["template"]["spec"]["volumes"] = [
            ["name": "data", "persistentVolumeClaim": ["claimName": .string("\(name)-data")]],
            ["name": "scratch", "emptyDir": [:]],
        ]
        return [volume("\(name)-data", size, namespace, "\(name)-data"), claim, deployment]
    }

    private static func claimSpec(_ size: String) -> JSON {
        [
            "accessModes": ["ReadWriteMany"], "storageClassName": "nfs",
            "resources": ["requests": ["storage": .string(size)]],
        ]
    }

    private static func volume(_ name: String, _ size: String, _ namespace: String, _ claim: String) -> JSON {
        [
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": .string("nfs-\(name)")],
            "spec": [
                "capacity": ["storage": .string(size)], "accessModes": ["ReadWriteMany"], "storageClassName": "nfs",
                "persistentVolumeReclaimPolicy": "Retain",
                "nfs": ["server": "192.168.2.30", "path": .string("/volume1/k3s/\(name)")],
                "claimRef": ["namespace": .string(namespace), "name": .string(claim)],
            ],
        ]
    }

    private static func budget(_ name: String, _ namespace: String, app: String, minAvailable: Int) -> JSON {
        [
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": ["minAvailable": .int(minAvailable), "selector": ["matchLabels": ["app": .string(app)]]],
        ]
    }
}
