import AgentRuntime
import SystemPackage
import Testing

@Suite struct EtcdSnapshotTests {
    @Test func aWholeFileIsVerifiedByItsOwnHash() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(EtcdSample.bytes(), to: "/snap")
        #expect(try await EtcdSnapshotFile.verify(path) == FileDigest(of: EtcdSample.bytes()))
    }

    @Test(arguments: ["cut", "changed", "longer", "empty", "hash only", "part"])
    func aDamagedFileIsFound(kind: String) async throws {
        let folder = try TemporaryFolder()
        var bytes = EtcdSample.bytes()
        switch kind {
        case "cut": bytes.removeLast(512)
        case "changed": bytes[70_000] ^= 1
        case "longer": bytes.append(0)
        case "empty": bytes = []
        case "hash only": bytes = Array(bytes.suffix(32))
        default: break
        }
        let path = try folder.write(bytes, to: kind == "part" ? "/snap.part" : "/snap")
        let error = await #expect(throws: NodeError.self) { try await EtcdSnapshotFile.verify(path) }
        #expect(error?.code == .snapshotCorrupt)
    }

    @Test func theListOfTodaysReleases() throws {
        let text = """
            {"kind":"List","apiVersion":"v1","metadata":{},"items":[{"kind":"ETCDSnapshotFile","apiVersion":"k3s.cattle.io/v1",
            "metadata":{"name":"local-x"},"spec":{"snapshotName":"k3s-upgrade-r1-master-1700000000","nodeName":"master",
            "location":"file:///var/lib/rancher/k3s/server/db/snapshots/k3s-upgrade-r1-master-1700000000"},
            "status":{"size":"3002400","creationTime":"2025-11-01T00:00:00Z","readyToUse":true}},
            {"spec":{"snapshotName":"bad"},"status":{"readyToUse":false,"error":{"message":"x"}}}]}
            """
        let entries = try EtcdSnapshotList.parse(Array(text.utf8))
        #expect(entries.map(\.name) == ["k3s-upgrade-r1-master-1700000000", "bad"])
        #expect(entries.map(\.size) == [3_002_400, nil])
        #expect(entries.map(\.isReady) == [true, false])
        #expect(entries[0].nodeName == "master")
    }

    @Test(arguments: [
        "[{\"name\":\"s1\",\"location\":\"file:///x/s1\",\"size\":512,\"status\":\"successful\"}]",
        "{\"local-s1\":{\"name\":\"s1\",\"location\":\"file:///x/s1\",\"nodeName\":\"m\",\"size\":512}}",
    ])
    func theShapesOfOlderReleases(text: String) throws {
        let entries = try EtcdSnapshotList.parse(Array(text.utf8))
        #expect(entries.map(\.name) == ["s1"])
        #expect(entries.map(\.size) == [512])
    }

    @Test func noneAtAll() throws {
        #expect(try EtcdSnapshotList.parse(Array("null".utf8)).isEmpty)
        #expect(try EtcdSnapshotList.parse(Array("[]".utf8)).isEmpty)
        let error = #expect(throws: NodeError.self) { try EtcdSnapshotList.parse(Array("Name Location".utf8)) }
        #expect(error?.code == .snapshotFailed)
    }
}
