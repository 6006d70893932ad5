import AgentCore
import Processes
import SystemPackage
import Testing
import Wire

@testable import AgentRuntime

@Suite struct HeldLookTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try SampleNode.master(in: folder)
    }

    private func held(_ answer: @escaping @Sendable () throws(NodeError) -> ChildResult) async throws -> HeldLook? {
        let scripted = ScriptedRunner { (_) throws(NodeError) in try answer() }
        let stores = AgentStores(folder.path.appending("state"))
        let steps = NodeSteps(root: folder.root, stores: stores, runner: scripted.runner)
        return await NodeLooks(steps).held(try #require(NodeName("k3s-worker-01")))
    }

    /// Its cordon is gone with it; for a server that does not answer nothing is known.
    @Test func aNodeThatWasDeletedCarriesNoMark() async throws {
        let deleted = try #require(try await held { .printed("") })
        #expect(deleted == HeldLook(mark: nil, ready: false, version: nil, heartbeat: nil))
        #expect(try await held { .printed("", error: "connection refused", status: 1) } == nil)
    }
}
