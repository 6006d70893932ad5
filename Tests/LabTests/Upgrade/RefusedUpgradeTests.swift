import LabSupport
import Testing

/// What would stop a run half-way is found before the first server is touched.
@Suite struct RefusedUpgradeTests {
    @Test func nothingIsTouchedWhereADrainOrTheDiskWouldStopTheRun() async throws {
        try await UpgradeScene.with { scene in
            func expectRefusal(_ words: String) async throws {
                let outcome = try await scene.upgrade()
                #expect(outcome.status == .exited(3), "\(outcome)")
                #expect(outcome.errors.contains(words), "\(outcome)")
                #expect(outcome.errors.contains("refused; nothing was changed"), "\(outcome)")
            }
            try await scene.kubectl("apply", "-f", "-", input: Self.barePod)
            try await expectRefusal("automation/debug-shell")
            try await scene.kubectl("delete", "pod", "-n", "automation", "debug-shell", "--wait=false")

            try await scene.kubectl("apply", "-f", "-", input: Self.blockingBudget)
            try await eventually("the budget is judged") {
                let allowed = try await scene.kubectl(
                    "get", "pdb", "-n", "database", "never", "-o", "jsonpath={.status.disruptionsAllowed}"
                ).line
                return allowed == "0"
            }
            try await expectRefusal("database/never")
            try await scene.kubectl("delete", "pdb", "-n", "database", "never")

            for host in ["k3s-worker-02", "k3s-master"] {
                try await scene.lab.fill(host, leaving: 1 << 20)
                try await expectRefusal(host)
                try await scene.lab.unfill(host)
            }
            try await Self.pretendCgroupV1(scene, on: "k3s-worker-01")
            try await expectRefusal("cgroup")
            try await Self.pretendCgroupV1(scene, on: "k3s-worker-01", ended: true)

            for host in scene.lab.hosts {
                #expect(try await scene.stops(on: host.name) == 0)
                #expect(try await scene.starts(on: host.name) == 0)
            }
            #expect(try await !scene.cluster.events().contains { $0.event == "cordon" })
            try await scene.expectUpgraded(scene.upgrade())
        }
    }

    /// With the first version of cgroups /sys/fs/cgroup is a tmpfs with a folder for each controller; so it is for the
    /// agent, whose service gets one of its own.
    private static func pretendCgroupV1(_ scene: UpgradeScene, on host: String, ended: Bool = false) async throws {
        let folder = "/etc/systemd/system/k3s-upgrade-agent.service.d"
        let script =
            ended
            ? "rm -r \(folder)"
            : "mkdir \(folder) && printf '[Service]\\nTemporaryFileSystem=/sys/fs/cgroup\\n' >\(folder)/cgroup.conf"
        try await scene.lab.run(
            on: host,
            ["sh", "-c", "\(script) && systemctl daemon-reload && systemctl restart k3s-upgrade-agent.service"]
        ).checked()
    }

    private static let barePod = """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "debug-shell", "namespace": "automation"},
         "spec": {"nodeName": "k3s-worker-01", "containers": [{"name": "shell", "image": "busybox:1.37"}]}}
        """
    private static let blockingBudget = """
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
         "metadata": {"name": "never", "namespace": "database"},
         "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "postgres"}}}}
        """
}
