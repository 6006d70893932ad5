import LabSupport
import SystemPackage
import Testing

/// However a lab ends, nothing of it is left.
@Suite struct LabLifetimeTests {
    @Test func stoppedLabLeavesNothing() async throws {
        let lab = try await Lab.start(LabConfiguration(workers: 1))
        let traces = try await Traces(of: lab)
        try await lab.stop()
        try await traces.expectGone()
        #expect(try await !Command(["test", "-e", lab.state.string]).run().succeeded)
    }

    @Test func killedLabLeavesNothing() async throws {
        let lab = try await Lab.start(LabConfiguration(workers: 1))
        let traces = try await Traces(of: lab)
        let atWork = lab.startAsOperator(["sh", "-c", "echo begun; exec sleep 1000"])
        try await atWork.says("begun")
        try await Command(["kill", "-KILL", traces.owner]).run().checked()
        let end = try await atWork.outcome()
        #expect(end.status == .signalled(9), "the operator's commands end with the lab")
        try await traces.expectGone()
        await #expect(throws: LabError.self) { try await lab.stop() }
        #expect(try await !Command(["test", "-e", lab.state.string]).run().succeeded)
    }

    @Test func terminatedLabLeavesNothing() async throws {
        let lab = try await Lab.start(LabConfiguration(workers: 0))
        let traces = try await Traces(of: lab)
        try await Command(["kill", "-TERM", traces.owner]).run().checked()
        try await traces.expectGone()
        try? await lab.stop()
    }

    @Test func killedJanitorIsMadeUpForByTheNextLab() async throws {
        let lab = try await Lab.start(LabConfiguration(workers: 0))
        let traces = try await Traces(of: lab)
        let janitor = try await Command(["pgrep", "-f", "janitor.sh \(traces.cgroup)"]).run().checked().line
        try await Command(["kill", "-KILL", janitor, traces.owner]).run().checked()
        try await traces.expectNoProcess()
        try await Lab.with(LabConfiguration(workers: 0)) { _ in }
        try await traces.expectGone()
        try? await lab.stop()
    }

    @Test func labWithoutInputEndsAtOnce() async throws {
        try await TemporaryFolder.with { folder in
            let lab = RunningCommand([Lab.program.string, "up", "--state", folder.string, "--base", "/"])
            await lab.closeInput()
            let outcome = try await lab.outcome()
            #expect(outcome.status == .exited(0))
            #expect(outcome.errors.contains("the lab ends with its standard input"))
            let left = try await Command(["pgrep", "-f", folder.string]).run()
            #expect(left.output == "")
        }
    }

    @Test func environmentAndTerminalAreNotNeeded() async throws {
        try await TemporaryFolder.with { folder in
            let lab = RunningCommand(
                ["env", "-i", "/bin/bash", Lab.program.string, "up", "--state", folder.string, "--base", "/"]
                    + ["--workers", "0"])
            try await lab.says("lab ready")
            let name = try await Command(
                ["env", "-i", "/bin/bash", Lab.program.string, "ssh", folder.string, "k3s-master", "hostname"]
            ).run().checked().line
            #expect(name == "k3s-master")
            try await Command(["env", "-i", "/bin/bash", Lab.program.string, "down", folder.string]).run().checked()
            _ = try await lab.outcome()
        }
    }

    @Test func folderServesOneLabAtATimeAndThenTheNext() async throws {
        try await TemporaryFolder.with { folder in
            let up = [Lab.program.string, "up", "--state", folder.string, "--base", "/", "--workers", "0"]
            let first = RunningCommand(up)
            try await first.says("lab ready")
            let second = try await Command(up).run()
            #expect(second.status == .exited(125))
            #expect(second.errors.contains("a lab runs in \(folder) already"))
            await first.closeInput()
            _ = try await first.outcome()
            let third = RunningCommand(up)
            try await third.says("lab ready")
            await third.closeInput()
            _ = try await third.outcome()
        }
    }
}

/// What a running lab is made of, to see afterwards that it is gone.
private struct Traces {
    let state: FilePath
    let owner: String
    let namespaces: String
    let cgroup: String

    init(of lab: Lab) async throws {
        state = lab.state
        let words = try await Command(["cat", lab.state.appending("running").string]).run().checked().line
            .split(separator: " ").map(String.init)
        try #require(words.count == 3)
        (owner, namespaces, cgroup) = (words[0], words[1], words[2])
        // What is to be gone is there now, or the test would prove nothing.
        try #require(try await Command(["test", "-d", "\(cgroup)/hosts/k3s-master"]).run().succeeded)
        try #require(try await Command(["pgrep", "-f", state.string]).run().succeeded)
    }

    func expectNoProcess() async throws {
        try await eventually("no process of the lab is left") {
            try await !Command(["pgrep", "-f", state.string]).run().succeeded
        }
    }

    func expectGone() async throws {
        try await expectNoProcess()
        try await eventually("the lab's cgroup is gone") {
            try await !Command(["test", "-e", cgroup]).run().succeeded
        }
        let mounts = try await Command(["grep", "-c", state.string, "/proc/self/mounts"]).run().line
        #expect(mounts == "0")
    }
}
