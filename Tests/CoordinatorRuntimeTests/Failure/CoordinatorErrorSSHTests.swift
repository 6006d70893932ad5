import CoordinatorRuntime
import SSH
import Testing
import Wire

@Suite struct CoordinatorErrorSSHTests {
    private func ssh(_ code: SSHError.Code) -> SSHError {
        SSHError(code, "w1 (10.0.0.1:22) says no", cause: "because", wayOut: "do this")
    }

    @Test(arguments: [
        (SSHError.Code.unreachable, CoordinatorError.Kind.unreachable), (.hostKeyUnknown, .refused),
        (.hostKeyChanged, .refused), (.authenticationFailed, .unreachable), (.configurationInvalid, .usage),
        (.outputLimitExceeded, .failed), (SSHError.Code("one-of-tomorrow"), .unreachable),
    ])
    func keepsItsCodeAndItsWayOut(code: SSHError.Code, kind: CoordinatorError.Kind) {
        let error = CoordinatorError(ssh(code))
        #expect(error.code.rawValue == "ssh-\(code.name)")
        #expect(error.kind == kind)
        #expect(error.description == "w1 (10.0.0.1:22) says no: because (do this)")
    }

    @Test func aKeyThatIsNotTakenMeansNoAgent() throws {
        let node = try #require(NodeName("w1"))
        let missing = CoordinatorError(agentLogin: ssh(.authenticationFailed), node: node)
        #expect(missing.code == .agentMissing)
        #expect(missing.wayOut.contains("coordinator agents install"))
        #expect(CoordinatorError(agentLogin: ssh(.hostKeyChanged), node: node).code.rawValue == "ssh-host-key-changed")
    }
}
