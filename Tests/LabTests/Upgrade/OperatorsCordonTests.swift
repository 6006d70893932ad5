import LabSupport
import SystemPackage
import Testing

/// A cordon that the operator made is the operator's to take off.
@Suite struct OperatorsCordonTests {
    @Test func aCordonFromBeforeTheRunStays() async throws {
        let cordon = { @Sendable (cluster: LabCluster) async throws -> Void in
            try await cluster.lab.run(on: "k3s-master", ["k3s", "kubectl", "cordon", "k3s-worker-01"]).checked()
        }
        try await UpgradeScene.with(prepare: cordon) { scene in
            try await scene.expectUpgraded(scene.upgrade(), except: ["no node that is Ready is cordoned"])
            #expect(try await scene.isCordoned("k3s-worker-01"))
            #expect(try await !scene.isCordoned("k3s-worker-02"))
        }
    }

    /// The operator cordons the node when our agent has seen it schedulable and is about to write. It stays cordoned, the
    /// gate waits in vain for a node that was in service when the run was planned, and the run ends there.
    @Test func aCordonThatComesBetweenOurLookAndOurWriteStays() async throws {
        try await UpgradeScene.with(policy: ["gateTimeout: 40"]) { scene in
            let kubectl = "/var/lib/k3s-standin/kubectl"
            let operatorFirst = """
                #!/bin/sh
                case "$*" in
                    *patch*k3s-upgrade/cordon*k3s-worker-01)
                        ! mkdir /run/operator-was-first || \(kubectl).real cordon k3s-worker-01 >/dev/null ;;
                esac
                exec \(kubectl).real "$@"

                """
            try await scene.lab.run(on: "k3s-master", ["mv", kubectl, "\(kubectl).real"]).checked()
            try await scene.lab.write(operatorFirst, to: FilePath(kubectl), on: "k3s-master", mode: "755")
            let outcome = try await scene.upgrade()
            #expect(outcome.status == .exited(1), "\(outcome)")
            #expect(outcome.output.contains("k3s-worker-01 is cordoned"), "\(outcome)")
            #expect(try await scene.lab.exists("/run/operator-was-first", on: "k3s-master"))
            #expect(try await scene.isCordoned("k3s-worker-01"))
            try await scene.kubectl("uncordon", "k3s-worker-01")
            try await scene.expectUpgraded(scene.upgrade())
        }
    }
}
