internal import Glibc

/// The kubelet of one node: it registers the node, renews its Lease, and runs its pods as far as the API can tell.
@MainActor final class Kubelet {
    /// On a server's Node: where its API is.
    static let urlAnnotation = "k3s-standin.io/url"

    let options: NodeOptions
    let client: ServerClient
    let isEtcd: Bool
    let node: String
    private let started = ContinuousClock.now

    init(options: NodeOptions, client: ServerClient, isEtcd: Bool) {
        (self.options, self.client, self.isEtcd, node) = (options, client, isEtcd, options.nodeName)
    }

    /// Ends the process if this version's kubelet refuses the host.
    static func checkHost(_ options: NodeOptions) {
        let minor = Int(options.release.majorMinor.1) ?? 0
        let isAllowed = options.flags.list("kubelet-arg").contains("fail-cgroupv1=false")
        guard options.settings.cgroup == "v1", minor >= 35, !isAllowed else { return }
        Log.fatal(
            "kubelet exited: kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is unsupported"
                + " and will be removed in a future release")
    }

    /// Runs until the process ends.
    func run() async {
        if options.settings.kubeletDelay > .zero { try? await Task.sleep(for: options.settings.kubeletDelay) }
        while !(await register()) { try? await Task.sleep(for: max(options.settings.retry, .milliseconds(10))) }
        options.log.append("registered")
        let pods = PodRunner(options: options, client: client)
        Task { await pods.run() }
        for case .notReady(let seconds) in options.faults {
            Task {
                try? await Task.sleep(for: .seconds(seconds))
                _ = await self.postStatusIfNeeded()
            }
        }
        while true {
            await renewLease()
            await postStatusIfNeeded()
            try? await Task.sleep(for: max(options.settings.leaseRenewPeriod, .milliseconds(100)))
        }
    }

    // MARK: The Node object

    /// Makes the Node, or brings an old one up to date: version, addresses, labels and condition in one go.
    private func register() async -> Bool {
        do {
            let present = try await client.send("GET", "/api/v1/nodes/\(node)")
            if present.status == 404 {
                var new: JSON = [
                    "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(node)],
                    "spec": ["providerID": .string("k3s://\(node)"), "taints": .array(taints)],
                ]
                new["metadata"]["labels"] = JSON(strings: labels)
                new["metadata"]["annotations"] = JSON(strings: annotations)
                new["status"] = status(previous: .null)
                let answer = try await client.send("POST", "/api/v1/nodes", new)
                guard answer.isGood else { throw HTTPClient.Failure(description: answer.json["message"].string ?? "") }
                return true
            }
            guard present.isGood else { throw HTTPClient.Failure(description: present.json["message"].string ?? "") }
            let metadata: JSON = [
                "metadata": ["labels": JSON(strings: labels), "annotations": JSON(strings: annotations)]
            ]
            let patch = "application/strategic-merge-patch+json"
            _ = try await client.send("PATCH", "/api/v1/nodes/\(node)", metadata, contentType: patch)
            return await post(status(previous: present.json))
        } catch {
            Log.error("Unable to register node with API server: \(error)")
            return false
        }
    }

    /// Posts the status if the API shows another one than the node has: after it was called Unknown, say.
    private func postStatusIfNeeded() async {
        guard let present = try? await client.send("GET", "/api/v1/nodes/\(node)"), present.isGood else { return }
        let wanted = status(previous: present.json)
        let shown = present.json.condition("Ready")
        let isShown = wanted["conditions"].elements.contains { condition in
            condition["type"] == "Ready" && condition["status"] == (shown?["status"] ?? .null)
        }
        let heartbeat = shown?["lastHeartbeatTime"].string.flatMap { Timestamp($0) }
        let isFresh = heartbeat.map { Timestamp.now.seconds - $0.seconds < 300 } ?? false
        if !isShown || !isFresh { _ = await post(wanted) }
    }

    private func post(_ status: JSON) async -> Bool {
        let answer = try? await client.send(
            "PATCH", "/api/v1/nodes/\(node)/status", ["status": status],
            contentType: "application/strategic-merge-patch+json")
        return answer?.isGood ?? false
    }

    private var isReady: Bool {
        for fault in options.faults {
            if fault == .neverReady { return false }
            if case .notReady(let seconds) = fault, ContinuousClock.now - started >= .seconds(seconds) { return false }
        }
        return true
    }

    private func status(previous: JSON) -> JSON {
        var object = previous
        let problem = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady"
        object.setCondition("MemoryPressure", "False", reason: "KubeletHasSufficientMemory")
        object.setCondition("DiskPressure", "False", reason: "KubeletHasNoDiskPressure")
        object.setCondition("PIDPressure", "False", reason: "KubeletHasSufficientPID")
        if isReady {
            object.setCondition("Ready", "True", reason: "KubeletReady", message: "kubelet is posting ready status")
        } else {
            object.setCondition("Ready", "False", reason: "KubeletNotReady", message: problem)
        }
        if isEtcd {
            object.setCondition(
                "EtcdIsVoter", "True", reason: "MemberNotLearner",
                message: "Node is a voting member of the etcd cluster")
        }
        let now = JSON.string(Timestamp.now.time)
        let conditions = object["status"]["conditions"].elements.map { condition in
            var beaten = condition
            beaten["lastHeartbeatTime"] = now
            return beaten
        }
        let resources: JSON = [
            "cpu": .string("\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))"), "memory": "4Gi", "pods": "110",
        ]
        return [
            "conditions": .array(conditions), "capacity": resources, "allocatable": resources,
            "addresses": [
                ["type": "InternalIP", "address": .string(options.nodeIP)],
                ["type": "Hostname", "address": .string(node)],
            ],
            "nodeInfo": [
                "kubeletVersion": .string(options.release.version),
                "kubeProxyVersion": .string(options.release.version),
                "containerRuntimeVersion": "containerd://2.1.5-k3s1", "operatingSystem": "linux",
                "architecture": "amd64", "osImage": "k3s stand-in", "kernelVersion": "6.1.0",
            ],
        ]
    }

    private var labels: [String: String] {
        var labels = [
            "kubernetes.io/hostname": node, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
            "beta.kubernetes.io/os": "linux", "node.kubernetes.io/instance-type": "k3s",
        ]
        if options.isServer { labels["node-role.kubernetes.io/control-plane"] = "true" }
        if isEtcd { labels["node-role.kubernetes.io/etcd"] = "true" }
        for pair in options.flags.list("node-label") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            labels[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        return labels
    }

    private var annotations: [String: String] {
        var annotations = ["k3s.io/internal-ip": options.nodeIP, "k3s.io/hostname": node]
        if options.isServer { annotations[Self.urlAnnotation] = options.advertisedURL }
        return annotations
    }

    private var taints: [JSON] {
        options.flags.list("node-taint").compactMap { text in
            let parts = text.split(separator: ":")
            guard parts.count == 2 else { return nil }
            let pair = parts[0].split(separator: "=", maxSplits: 1)
            var taint: JSON = ["key": .string(String(pair[0])), "effect": .string(String(parts[1]))]
            if pair.count > 1 { taint["value"] = .string(String(pair[1])) }
            return taint
        }
    }

    // MARK: The Lease

    private func renewLease() async {
        let uri = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
        let period = max(1, options.settings.leaseRenewPeriod.wholeMilliseconds * 4 / 1000)
        let spec: JSON = [
            "holderIdentity": .string(node), "leaseDurationSeconds": .int(period),
            "renewTime": .string(Timestamp.now.microTime),
        ]
        do {
            let present = try await client.send("GET", "\(uri)/\(node)")
            if present.status == 404 {
                _ = try await client.send("POST", uri, ["metadata": ["name": .string(node)], "spec": spec])
            } else if present.isGood {
                var lease = present.json
                lease["spec"] = spec
                _ = try await client.send("PUT", "\(uri)/\(node)", lease)
            }
        } catch {
            Log.error("Failed to update lease: \(error)")
        }
    }
}
