import CoordinatorRuntime
import Testing
import Wire

@Suite struct InventoryComparisonTests {
    private func inventory(_ nodes: [(String, Role)]) throws -> Inventory {
        Inventory(
            nodes: try nodes.map { name, role in
                InventoryNode(name: try #require(NodeName(name)), role: role, address: name)
            })
    }

    private func cluster(_ nodes: [(String, Bool)]) throws -> ClusterObservation {
        ClusterObservation(
            nodes: try nodes.map { name, isServer in
                ObservedNode(
                    name: try #require(NodeName(name)), isServer: isServer, version: nil, ready: true,
                    schedulable: true, cordon: nil, heartbeat: nil, isVoter: nil)
            }, leaders: [], workloads: [], volumes: [], unfinishedJobs: [], at: 0)
    }

    @Test func agreementFindsNothing() throws {
        let findings = try inventory([("m", .server), ("w", .worker)]).findings(
            against: cluster([("w", false), ("m", true)]))
        #expect(findings.isEmpty)
    }

    @Test func aNodeEitherSideLacksIsRefusedByName() throws {
        let findings = try inventory([("m", .server), ("worker-o1", .worker)])
            .findings(against: cluster([("m", true), ("worker-01", false)]))
        #expect(findings.map(\.code) == ["unknown-node", "node-left-out"])
        #expect(findings.map(\.about) == ["worker-o1", "worker-01"])
        #expect(findings.allSatisfy { $0.severity == .refusal })
        #expect(findings[0].wayOut.contains("m, worker-01"))
    }

    @Test func anotherRoleIsRefused() throws {
        let findings = try inventory([("m", .server), ("w", .server)]).findings(
            against: cluster([("m", true), ("w", false)]))
        #expect(findings.map(\.code) == ["role-differs"])
        #expect(findings[0].about == "w")
    }

    @Test func theMachineBehindAnAddressHasToBeTheNode() throws {
        let inventory = try inventory([("m", .server)])
        let node = try #require(inventory.nodes.first)
        func report(_ name: String, _ role: Role) throws -> NodeReport {
            NodeReport(
                name: try #require(NodeName(name)), role: role, architecture: .amd64, versionOnDisk: nil,
                versionRunning: nil, unit: "k3s.service", datastore: nil, freeBytes: 0,
                readiness: Readiness(verdict: .notReady, version: nil), snapshots: [])
        }
        #expect(try inventory.findings(at: node, report: report("m", .server)).isEmpty)
        #expect(try inventory.findings(at: node, report: report("x", .server)).map(\.code) == ["another-node"])
        #expect(try inventory.findings(at: node, report: report("m", .worker)).map(\.code) == ["role-differs"])
    }
}
