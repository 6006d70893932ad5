import AgentRuntime
import FoundationEssentials
import Testing
import Wire

@Suite struct ObjectTests {
    private func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test func aServersNode() throws {
        let node = try decode(
            ClusterNode.self,
            """
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"k3s-master","uid":"u","resourceVersion":"41",
            "labels":{"node-role.kubernetes.io/control-plane":"true"},"annotations":{"k3s-upgrade/cordon":"r1 3"}},
            "spec":{"podCIDR":"10.42.0.0/24","unschedulable":true,"taints":[{"effect":"NoSchedule",
            "key":"node.kubernetes.io/unschedulable"}]},"status":{"conditions":[{"type":"EtcdIsVoter","status":"True"},
            {"type":"Ready","status":"True","reason":"KubeletReady","lastHeartbeatTime":"2025-11-01T00:00:00Z"}],
            "nodeInfo":{"kubeletVersion":"v1.34.3+k3s1","kernelVersion":"x"}}}
            """)
        #expect(node.name == "k3s-master")
        #expect(node.role == .server)
        #expect(node.version == K3sVersion("v1.34.3+k3s1"))
        #expect(node.isReady && node.isUnschedulable)
        #expect(node.isEtcdVoter == true)
        #expect(node.heartbeat == "2025-11-01T00:00:00Z")
        #expect(node.taints.map(\.key) == ["node.kubernetes.io/unschedulable"])
        #expect(Kubectl.mark(of: node) == "r1 3")
    }

    @Test func aWorkersNodeThatHasJustJoined() throws {
        let node = try decode(ClusterNode.self, "{\"metadata\":{\"name\":\"w\"},\"spec\":{},\"status\":{}}")
        #expect(node.role == .worker)
        #expect(!node.isReady && !node.isUnschedulable)
        #expect(node.isEtcdVoter == nil)
        #expect(node.version == nil)
    }

    @Test func aPodThatCrashes() throws {
        let pod = try decode(
            ClusterPod.self,
            """
            {"metadata":{"name":"n8n-1","namespace":"apps","ownerReferences":[{"kind":"ReplicaSet","name":"n8n",
            "controller":true}]},"spec":{"nodeName":"w1","volumes":[{"name":"tmp","emptyDir":{}},{"name":"c",
            "configMap":{"name":"x"}}]},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],
            "containerStatuses":[{"restartCount":9223372036854775807,"state":{"waiting":{"reason":"CrashLoopBackOff"}}},
            {"restartCount":1,"state":{"running":{}}}]}}
            """)
        #expect(pod.node == "w1")
        #expect(pod.reason == "CrashLoopBackOff")
        #expect(!pod.isReady && !pod.isBare && !pod.isGoing && !pod.isOver)
        #expect(pod.localVolumes == ["tmp"])
        #expect(pod.metadata.controller?.name == "n8n")
    }

    @Test func bareMirroredAndDaemonPodsAreToldApart() throws {
        let bare = try decode(ClusterPod.self, "{\"metadata\":{\"name\":\"b\"},\"status\":{\"phase\":\"Running\"}}")
        #expect(bare.isBare)
        #expect(bare.namespace == "default")
        let mirror = try decode(
            ClusterPod.self,
            "{\"metadata\":{\"name\":\"m\",\"annotations\":{\"kubernetes.io/config.mirror\":\"h\"}}}")
        #expect(mirror.isMirror && !mirror.isBare)
        let daemon = try decode(
            ClusterPod.self,
            """
            {"metadata":{"name":"d","deletionTimestamp":"2025-11-01T00:00:00Z",
            "ownerReferences":[{"kind":"DaemonSet","name":"svclb","controller":true}]}}
            """)
        #expect(daemon.isOfDaemonSet && daemon.isGoing && !daemon.isBare)
    }

    @Test(arguments: [
        (
            "Deployment", "{\"replicas\":2}", "{\"readyReplicas\":2,\"updatedReplicas\":2,\"observedGeneration\":4}",
            true
        ),
        (
            "Deployment", "{\"replicas\":2}", "{\"readyReplicas\":2,\"updatedReplicas\":2,\"observedGeneration\":3}",
            false
        ),
        ("StatefulSet", "{\"replicas\":1}", "{\"observedGeneration\":4}", false),
        ("StatefulSet", "{\"replicas\":0}", "{\"observedGeneration\":4}", true),
        (
            "DaemonSet", "{}",
            "{\"desiredNumberScheduled\":3,\"numberReady\":2,\"updatedNumberScheduled\":3,\"observedGeneration\":4}",
            false
        ),
    ])
    func workloads(kind: String, spec: String, status: String, isWhole: Bool) throws {
        let workload = try decode(
            ClusterWorkload.self,
            "{\"kind\":\"\(kind)\",\"metadata\":{\"name\":\"x\",\"generation\":4},\"spec\":\(spec),\"status\":\(status)}"
        )
        #expect(workload.isWhole == isWhole)
    }

    @Test func leasesJobsAndVolumes() throws {
        let lease = try decode(
            ClusterLease.self,
            """
            {"metadata":{"name":"w1","resourceVersion":"9"},"spec":{"holderIdentity":"w1",
            "renewTime":"2025-11-01T00:00:00.123456Z","leaseDurationSeconds":40}}
            """)
        #expect(lease.holder == "w1")
        #expect(lease.renewed == "2025-11-01T00:00:00.123456Z")
        let empty = try decode(ClusterLease.self, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"holderIdentity\":\"\"}}")
        #expect(empty.holder == nil)
        let job = try decode(
            ClusterJob.self,
            """
            {"metadata":{"name":"helm-install-traefik"},"status":{"conditions":[{"type":"Complete","status":"True"}]}}
            """)
        #expect(job.isHelmInstall && job.isComplete && !job.isFailed)
        let claim = try decode(
            ClusterVolume.self,
            """
            {"kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"db"},"spec":{"volumeName":"pv1"},
            "status":{"phase":"Bound"}}
            """)
        #expect(claim.phase == "Bound")
        #expect(claim.spec?.volumeName == "pv1")
    }

    @Test(arguments: [
        ("{\"matchLabels\":{\"app\":\"db\"}}", true), ("{\"matchLabels\":{\"app\":\"web\"}}", false), ("{}", true),
        ("{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"In\",\"values\":[\"db\",\"x\"]}]}", true),
        ("{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"NotIn\",\"values\":[\"db\"]}]}", false),
        ("{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"Exists\"}]}", false),
        ("{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"DoesNotExist\"}]}", true),
    ])
    func whichPodsABudgetCovers(selector: String, covers: Bool) throws {
        let pod = try decode(
            ClusterPod.self, "{\"metadata\":{\"name\":\"p\",\"namespace\":\"n\",\"labels\":{\"app\":\"db\"}}}")
        let budget = try decode(
            DisruptionBudget.self,
            "{\"metadata\":{\"name\":\"b\",\"namespace\":\"n\"},\"spec\":{\"selector\":\(selector)}}")
        #expect(budget.covers(pod) == covers)
        let elsewhere = try decode(
            DisruptionBudget.self, "{\"metadata\":{\"name\":\"b\",\"namespace\":\"o\"},\"spec\":{\"selector\":{}}}")
        #expect(!elsewhere.covers(pod))
    }
}
