import FoundationEssentials
import Processes
import Synchronization
import SystemPackage
import Testing
import Wire

@testable import AgentCore
@testable import AgentRuntime

/// A cordon that rests on an earlier look at the cluster.
@Suite struct CordonTests {
    /// An API server with one node, whose writes hold only for the version of it that they name.
    private final class API: Sendable {
        private struct Node {
            var version = 1
            var isCordoned = false
            var mark: String?

            var text: String {
                let annotations = mark.map { "{\"\(Kubectl.cordonAnnotation)\":\"\($0)\"}" } ?? "{}"
                return """
                    {"kind":"Node","metadata":{"name":"w1","resourceVersion":"\(version)","annotations":\(annotations)},
                    "spec":{"unschedulable":\(isCordoned)},"status":{"nodeInfo":{"kubeletVersion":"v1.34.3+k3s1"}}}
                    """
            }
        }

        private struct Patch: Decodable {
            struct Metadata: Decodable {
                let resourceVersion: String
                let annotations: [String: String?]
            }
            let metadata: Metadata
        }

        private let node = Mutex(Node())
        var mark: String? { node.withLock { $0.mark } }

        func operatorCordons(_ isCordoned: Bool) {
            node.withLock { node in
                node.version += 1
                node.isCordoned = isCordoned
            }
        }

        func answer(_ command: Command) -> ChildResult {
            node.withLock { node in
                guard let option = command.arguments.first(where: { $0.hasPrefix("--patch=") }) else {
                    let isLook = command.arguments.contains("-A")
                    return .printed(isLook ? "{\"kind\":\"List\",\"items\":[\(node.text)]}" : node.text)
                }
                let data = Data(option.dropFirst("--patch=".count).utf8)
                guard let patch = try? JSONDecoder().decode(Patch.self, from: data),
                    patch.metadata.resourceVersion == "\(node.version)"
                else { return .printed("", error: "Error from server (Conflict)", status: 1) }
                node.version += 1
                node.isCordoned = true
                node.mark = patch.metadata.annotations[Kubectl.cordonAnnotation] ?? nil
                return .printed(node.text)
            }
        }
    }

    private let folder: TemporaryFolder
    private let api: API
    private let scripted: ScriptedRunner
    private let steps: NodeSteps

    init() throws {
        folder = try TemporaryFolder()
        _ = try SampleNode.master(in: folder)
        let api = API()
        self.api = api
        scripted = ScriptedRunner { (command) in api.answer(command) }
        steps = NodeSteps(
            root: folder.root, stores: AgentStores(folder.path.appending("state")), runner: scripted.runner)
    }

    /// The verbs of kubectl that were called.
    private var verbs: [String] { scripted.commands.map { $0.arguments[1] } }

    private func look() async throws {
        guard case .cluster = await NodeLooks(steps).observe() else { throw NodeError(.answerUnreadable, "no look") }
        #expect(verbs == ["get"])
    }

    private func cordon() async throws -> StepFacts {
        let effect = try #require(Effect.sample(.drain, .cordon, on: "w1"))
        guard case .done(let facts) = await steps.perform(effect) else {
            throw NodeError(.nodeContended, "the step failed")
        }
        return facts
    }

    @Test func writesByTheLastLook() async throws {
        try await look()
        #expect(try await cordon().cordonIsOurs == true)
        #expect(verbs == ["get", "patch"])
        #expect(api.mark == "20260102-030405-abcd 3.4")
    }

    @Test func withoutALookItLooks() async throws {
        #expect(try await cordon().cordonIsOurs == true)
        #expect(verbs == ["get", "patch"])
    }

    @Test func aCordonOfTheOperatorsSinceTheLookStays() async throws {
        try await look()
        api.operatorCordons(true)
        #expect(try await cordon().cordonIsOurs == false)
        #expect(api.mark == nil)
    }

    @Test func aCordonThatTheOperatorTookOffSinceTheLookIsNotCounted() async throws {
        api.operatorCordons(true)
        try await look()
        api.operatorCordons(false)
        #expect(try await cordon().cordonIsOurs == true)
        #expect(api.mark != nil)
    }
}
