/// The packaged charts of a release: after a new version has started, `helm-install` Jobs bring them up to date.
@MainActor struct HelmJobs: Controller {
    private static let charts = ["traefik", "traefik-crd"]
    private static let mark = "k3s-standin.io/charts-of"

    let api: ObjectAPI
    let options: NodeOptions

    func reconcile() async throws(APIError) {
        guard options.settings.helmJobs else { return }
        let namespace = try api.get(.namespaces, "", "kube-system")
        let version = options.release.version
        guard namespace.annotations[Self.mark] != version else { return }
        for chart in Self.charts {
            let name = "helm-install-\(chart)"
            if api.find(.jobs, "kube-system", name) != nil {
                for pod in api.list(.pods, namespace: "kube-system") where pod.labels["job-name"] == name {
                    try await api.delete(.pods, "kube-system", pod.name)
                }
                try await api.delete(.jobs, "kube-system", name)
            }
            let tolerateAll: JSON = ["operator": "Exists"]
            let job: JSON = [
                "metadata": ["name": .string(name), "labels": ["helmcharts.helm.cattle.io/chart": .string(chart)]],
                "spec": [
                    "backoffLimit": 1000,
                    "template": [
                        "spec": [
                            "restartPolicy": "OnFailure", "tolerations": [tolerateAll],
                            "containers": [["name": "helm", "image": "rancher/klipper-helm:v0.9.8"]],
                        ]
                    ],
                ],
            ]
            try await api.create(.jobs, "kube-system", job)
        }
        try await api.update(.namespaces, "", "kube-system") { (old) throws(APIError) in
            var new = old
            new["metadata"]["annotations"][Self.mark] = .string(version)
            return new
        }
    }
}
