import Testing
import Wire

/// The words of the wire and the journal. To this list is only appended: an older peer, or an older journal, still says
/// what it says.
@Suite struct NamesTests {
    @Test func requests() {
        #expect(
            Request.Name.allCases.map(\.rawValue) == [
                "status", "inspect", "observe", "preflight", "claim", "store-plan", "fetch-plan", "beat", "grant",
                "renew", "give-back", "release", "conclude",
            ])
    }

    @Test func answersAndEvents() {
        #expect(Answer.Name.allCases.map(\.rawValue) == ["report", "node", "cluster", "findings", "plan", "refused"])
        #expect(Event.Name.allCases.map(\.rawValue) == ["progress", "finished"])
    }

    @Test func pushReplies() {
        #expect(PushReply.Name.allCases.map(\.rawValue) == ["wanted", "present", "kept", "refused"])
    }

    @Test func refusals() {
        #expect(
            Refusal.Code.allCases.map(\.rawValue) == [
                "held", "fenced", "unpromised", "nonce", "expired", "plan", "step", "busy", "unsupported", "malformed",
                "policy", "journal", "failed", "unknown",
            ])
    }

    @Test func steps() {
        #expect(
            StepKind.allCases.map(\.rawValue) == ["stage", "snapshot", "drain", "install", "uncordon", "rollback"])
    }

    @Test func phases() {
        #expect(
            Phase.allCases.map(\.rawValue) == [
                "fetch", "save-kit", "take-snapshot", "verify-snapshot", "cordon", "evict", "check", "place",
                "installer", "restore-unit", "cold-copy", "restart", "await", "await-node", "uncordon",
            ])
    }

    @Test func features() {
        #expect(Feature.allCases.map(\.rawValue) == ["observation", "promises", "plans", "leases"])
    }

    @Test func clusterWords() {
        #expect(Role.allCases.map(\.rawValue) == ["server", "worker"])
        #expect(Datastore.allCases.map(\.rawValue) == ["sqlite", "etcd", "external"])
        #expect(Architecture.allCases.map(\.rawValue) == ["amd64", "arm64", "arm", "s390x"])
        #expect(InstallMethod.allCases.map(\.rawValue) == ["install-script", "binary"])
    }

    @Test func wordsOfReports() {
        #expect(StepOutcome.Result.done.rawValue == "done")
        #expect(StepOutcome.Result.failed.rawValue == "failed")
        #expect(StepOutcome.Result.abandoned.rawValue == "abandoned")
        #expect(Finding.Severity.refusal.rawValue == "refusal")
        #expect(Finding.Severity.warning.rawValue == "warning")
        #expect(Readiness.Verdict.reinstall.rawValue == "reinstall")
        #expect(Readiness.Verdict.restore.rawValue == "restore")
        #expect(Readiness.Verdict.rejoin.rawValue == "rejoin")
        #expect(Readiness.Verdict.notReady.rawValue == "not-ready")
        #expect(Plan.Purpose.upgrade.rawValue == "upgrade")
        #expect(Plan.Purpose.rollback.rawValue == "rollback")
    }

    @Test func aRefusalOfALaterVersionReadsAsUnknown() throws {
        let line = Array(#"{"code":"too-tired","message":"later"}"#.utf8)
        #expect(try FrameCodec.decode(Refusal.self, from: line).code == .unknown)
    }
}
