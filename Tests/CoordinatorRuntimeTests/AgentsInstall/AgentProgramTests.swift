import CoordinatorRuntime
import SystemPackage
import Testing
import Wire

@Suite struct AgentProgramTests {
    @Test(
        arguments: [
            (1, [62, 0], Architecture.amd64), (1, [183, 0], .arm64), (1, [40, 0], .arm), (2, [0, 22], .s390x),
        ] as [(UInt8, [UInt8], Architecture)])
    func tellsTheArchitecture(order: UInt8, machine: [UInt8], architecture: Architecture) throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("agent")
        try write([0x7F, 0x45, 0x4C, 0x46, 2, order] + Array(repeating: 0, count: 12) + machine, to: path)
        let program = try AgentProgram(at: path)
        #expect(program.architecture == architecture)
        #expect(program.bytes == 20)
    }

    @Test(arguments: [[], Array("#!/bin/sh\nexit 0\nlonger than a header\n".utf8)])
    func refusesWhatIsNoProgram(bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("agent")
        try write(bytes, to: path)
        let error = try #require(throws: CoordinatorError.self) { try AgentProgram(at: path) }
        #expect(error.code == .agentProgramUnusable)
        #expect(throws: CoordinatorError.self) { try AgentProgram(at: "/nonexistent") }
    }
}
