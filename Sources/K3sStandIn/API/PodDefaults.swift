/// What the API server adds to every new pod.
enum PodDefaults {
    static func apply(to pod: inout JSON) {
        let defaults: [String: JSON] = [
            "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
            "schedulerName": "default-scheduler", "serviceAccountName": "default", "enableServiceLinks": true,
        ]
        for (field, value) in defaults where pod["spec"][field].isNull { pod["spec"][field] = value }
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            addToleration(key, to: &pod)
        }
        pod["status"] = ["phase": "Pending", "qosClass": "BestEffort"]
    }

    /// A pod may stay 300 s on a node that went away, unless it says otherwise itself.
    private static func addToleration(_ key: String, to pod: inout JSON) {
        let tolerations = pod["spec"]["tolerations"].elements
        let isTolerated = tolerations.contains { toleration in
            (toleration["key"].string == key || toleration["key"].isNull)
                && [nil, "NoExecute"].contains(toleration["effect"].string)
        }
        if isTolerated { return }
        pod["spec"]["tolerations"] = .array(
            tolerations + [
                ["key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300]
            ])
    }
}
