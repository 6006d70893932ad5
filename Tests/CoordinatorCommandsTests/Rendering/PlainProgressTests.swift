import CoordinatorCommands
import Testing
import Wire

@Suite struct PlainProgressTests {
    @Test func saysEachThingOnce() throws {
        var progress = PlainProgress()
        var view = try Samples.done().view
        let old = try Samples.version("v1.34.3+k3s1")
        view.elapsed = 0
        view.steps = [StepView(step: StepID(kind: .install, node: view.nodes[0].name))]
        view.nodes[0].version = old
        #expect(progress.lines(view) == ["upgrade to v1.35.1+k3s1, run 20261122-1, 1 steps"])
        #expect(progress.lines(view) == [])
        view.elapsed = 1_000
        view.steps[0].state = .running
        view.steps[0].phase = .check
        view.steps[0].elapsed = 10
        #expect(progress.lines(view) == ["[1.0s] install/k3s-master: running check"])
        view.steps[0].elapsed = 900
        #expect(progress.lines(view) == [])
        view.elapsed = 5_000
        view.steps[0].phase = .await
        view.waiting = "the scheduler's lease"
        #expect(
            progress.lines(view) == [
                "[5.0s] install/k3s-master: running await", "[5.0s] waiting for the scheduler's lease",
            ])
        view.steps[0].state = .done
        view.steps[0].phase = nil
        view.steps[0].elapsed = 4_260
        view.nodes[0].version = view.target
        view.nodes[1].answers = false
        #expect(
            progress.lines(view) == [
                "[5.0s] install/k3s-master: done in 4.3s", "[5.0s] k3s-master: now v1.35.1+k3s1",
                "[5.0s] k3s-worker-01: no answer",
            ])
        view.nodes[1].answers = true
        #expect(progress.lines(view) == ["[5.0s] k3s-worker-01: answers again"])
    }

    @Test func aFailureComesWithItsReasonCleaned() throws {
        var progress = PlainProgress()
        let lines = progress.lines(try Samples.failed().view)
        #expect(
            lines.contains(
                "[37.4s] install/k3s-worker-01: failed in 5m00s: k3s-agent did not\u{FFFD}[31m start within 300 s"))
    }
}
