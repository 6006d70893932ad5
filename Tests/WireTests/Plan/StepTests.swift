import Testing
import Wire

@Suite struct StepTests {
    @Test(arguments: StepKind.allCases) func anIDComesBackFromItsText(_ kind: StepKind) throws {
        let id = StepID(kind: kind, node: try #require(NodeName("worker.example.org")))
        #expect(StepID(id.description) == id)
    }

    @Test(arguments: ["", "install", "install/", "/a", "fly/a", "install/a/b", "install/A", "Install/a", "install/a "])
    func isNoID(_ text: String) { #expect(StepID(text) == nil) }

    /// What restarts a service must never be on the list of what is done twice.
    @Test func whatMayBeDoneAgain() {
        #expect(StepKind.allCases.filter(\.mayBeRepeated) == [.stage, .snapshot, .drain])
        #expect(StepKind.allCases.filter(\.isDisruptive) == [.drain, .install, .rollback])
    }

    @Test func whoDoesIt() {
        #expect(StepKind.allCases.filter { $0.place == .server } == [.drain, .uncordon])
    }

    @Test func aHoldOutlastsADrainAndAnInstall() {
        let policy = Policy(drainTimeout: 10, controlPlaneLimit: 200)
        #expect(policy.holdLimit > policy.drainTimeout + policy.controlPlaneLimit)
    }
}
