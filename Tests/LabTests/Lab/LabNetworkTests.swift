import LabSupport
import Testing

@Suite struct LabNetworkTests {
    @Test func cutHostsAreOutOfSightOfEachOtherOnly() async throws {
        try await Lab.with(LabConfiguration(workers: 2)) { lab in
            let fromFirst = { (seconds: Int) in
                try await lab.run(on: "k3s-worker-01", Probe.sshBanner(of: "10.77.0.12", seconds: seconds))
            }
            let fromSecond = { (seconds: Int) in
                try await lab.run(on: "k3s-worker-02", Probe.sshBanner(of: "10.77.0.11", seconds: seconds))
            }
            try await fromFirst(20).checked()

            try await lab.cut(.host("k3s-worker-01"), from: .host("k3s-worker-02"))
            let there = try await fromFirst(2)
            #expect(there.status == .exited(Probe.timedOut))
            let back = try await fromSecond(2)
            #expect(back.status == .exited(Probe.timedOut))
            try await lab.ssh("k3s-worker-01", ["true"]).checked()
            try await lab.run(on: "k3s-worker-01", Probe.sshBanner(of: "10.77.0.10", seconds: 20)).checked()

            try await lab.heal(.host("k3s-worker-02"), and: .host("k3s-worker-01"))
            try await fromFirst(20).checked()
            try await fromSecond(20).checked()
        }
    }

    @Test func operatorCanBeCutFromOneHost() async throws {
        try await Lab.with(LabConfiguration(workers: 1)) { lab in
            try await lab.cut(.operator, from: .host("k3s-master"))
            let cut = try await lab.runAsOperator(Probe.tcp(to: "10.77.0.10", seconds: 2))
            #expect(cut.status == .exited(Probe.timedOut))
            try await lab.ssh("k3s-worker-01", ["true"]).checked()
            try await lab.run(on: "k3s-worker-01", Probe.sshBanner(of: "10.77.0.10", seconds: 20)).checked()
            try await lab.healAll()
            try await lab.ssh("k3s-master", ["true"]).checked()
        }
    }

    @Test func unpluggedHostIsOutOfSightOverItsReboot() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.unplug("k3s-master")
            let unplugged = try await lab.runAsOperator(Probe.tcp(to: "10.77.0.10", seconds: 2))
            #expect(unplugged.status == .exited(Probe.timedOut))
            try await lab.kill("k3s-master")
            try await lab.boot("k3s-master")
            try await eventually("it has booted") {
                (try? await lab.run(on: "k3s-master", ["systemctl", "is-active", "ssh"]))?.line == "active"
            }
            let rebooted = try await lab.runAsOperator(Probe.tcp(to: "10.77.0.10", seconds: 2))
            #expect(!rebooted.succeeded)
            try await lab.plug("k3s-master")
            try await lab.awaitSSH("k3s-master")
        }
    }

    @Test func openSessionSurvivesAShortPull() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let session = lab.startAsOperator(
                ["ssh", "-F", "\(lab.operatorHome)/.ssh/config", "k3s-master", "echo begun; cat; echo ended"])
            try await session.says("begun")
            try await lab.unplug("k3s-master")
            try await lab.plug("k3s-master")
            await session.closeInput()
            try await session.says("ended")
        }
    }

    @Test func delayIsThereEachWayAndGoes() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let greeting = {
                try await ContinuousClock().measure {
                    try await lab.runAsOperator(Probe.sshBanner(of: "10.77.0.10", seconds: 20)).checked()
                }
            }
            try await lab.delay("k3s-master", milliseconds: 200)
            // A handshake there and back, and the greeting back: three ways.
            #expect(try await greeting() >= .milliseconds(600))
            try await lab.delay("k3s-master", milliseconds: 0)
            try await eventually("a greeting comes at once") {
                (try? await greeting()).map { $0 < .milliseconds(600) } ?? false
            }
        }
    }

    @Test func delayedHostCarriesBulk() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.delay("k3s-master", milliseconds: 10)
            let bytes = try await lab.ssh("k3s-master", ["head", "-c", "5000000", "/dev/zero"]).checked().bytes.count
            #expect(bytes == 5_000_000)
        }
    }

    @Test func rateHolds() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let transfer = {
                try await ContinuousClock().measure {
                    try await lab.ssh("k3s-master", ["head", "-c", "400000", "/dev/zero"]).checked()
                }
            }
            try await lab.limit("k3s-master", kilobitsPerSecond: 1000)
            #expect(try await transfer() >= .seconds(3))
            try await lab.limit("k3s-master", kilobitsPerSecond: 0)
            try await eventually("a transfer is quick") { (try? await transfer()).map { $0 < .seconds(3) } ?? false }
        }
    }
}
