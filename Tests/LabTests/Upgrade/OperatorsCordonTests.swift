import LabSupport
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
}
