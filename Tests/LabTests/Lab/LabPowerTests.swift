import LabSupport
import Subprocess
import SystemPackage
import Testing

@Suite struct LabPowerTests {
    @Test func powerCutKeepsTheDiskAndLeavesNobodyToRefuse() async throws {
        try await Lab.with(LabConfiguration(workers: 1)) { lab in
            try await lab.write("kept", to: "/var/lib/thing/file", on: "k3s-worker-01")
            try await lab.write("lost", to: "/run/file", on: "k3s-worker-01")
            let before = try await bootIdentity(of: "k3s-worker-01", in: lab)

            let session = lab.startAsOperator(
                ["ssh", "-F", "\(lab.operatorHome)/.ssh/config", "k3s-worker-01", "echo begun; sleep 1000"])
            try await session.says("begun")
            try await lab.kill("k3s-worker-01")

            let error = await #expect(throws: LabError.self) { try await lab.run(on: "k3s-worker-01", ["true"]) }
            #expect(error?.description.contains("k3s-worker-01 is off") == true)
            let probe = try await lab.runAsOperator(Probe.tcp(to: "10.77.0.11", seconds: 2))
            #expect(!probe.succeeded)
            #expect(!probe.errors.contains("refused"))
            #expect(await !session.hasEnded, "nothing may tell an open session that its host is gone")

            try await lab.boot("k3s-worker-01")
            try await lab.awaitSSH("k3s-worker-01")
            #expect(try await lab.text(of: "/var/lib/thing/file", on: "k3s-worker-01") == "kept")
            #expect(try await !lab.exists("/run/file", on: "k3s-worker-01"))
            let after = try await bootIdentity(of: "k3s-worker-01", in: lab)
            #expect(after != before)
            try await session.send(.kill)
            _ = try await session.outcome()
        }
    }

    @Test func rebootIsOrderly() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let unit = """
                [Service]
                Type=oneshot
                RemainAfterExit=yes
                ExecStart=/bin/true
                ExecStop=/bin/touch /var/lib/stopped-in-order
                """
            try await lab.write(unit, to: "/etc/systemd/system/mark.service", on: "k3s-master")
            try await lab.run(on: "k3s-master", ["systemctl", "start", "mark"]).checked()
            let before = try await bootIdentity(of: "k3s-master", in: lab)
            try await lab.reboot("k3s-master")
            try await lab.awaitSSH("k3s-master")
            let after = try await bootIdentity(of: "k3s-master", in: lab)
            #expect(after != before)
            #expect(try await lab.exists("/var/lib/stopped-in-order", on: "k3s-master"))
        }
    }

    @Test func rebootOfItsOwnAccordBringsAHostBack() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let before = try await bootIdentity(of: "k3s-master", in: lab)
            // The connection may end before the command is seen to.
            _ = try await lab.ssh("ops@k3s-master", ["sudo", "systemctl", "reboot"])
            try await eventually("the host is up again, newly", within: .seconds(90)) {
                guard let identity = try? await bootIdentity(of: "k3s-master", in: lab) else { return false }
                return identity != before
            }
            try await lab.awaitSSH("k3s-master")
        }
    }

    @Test func poweredOffHostStaysOffUntilBooted() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.run(on: "k3s-master", ["systemctl", "poweroff"]).checked()
            try await eventually("it is off", within: .seconds(90)) {
                (try? await lab.run(on: "k3s-master", ["true"])) == nil
            }
            try await lab.boot("k3s-master")
            try await lab.awaitSSH("k3s-master")
        }
    }

    @Test func frozenHostTakesConnectionsAndNeverAnswers() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.freeze("k3s-master")
            try await lab.runAsOperator(Probe.tcp(to: "10.77.0.10")).checked()
            let banner = try await lab.runAsOperator(Probe.sshBanner(of: "10.77.0.10", seconds: 2))
            #expect(banner.status == .exited(Probe.timedOut))
            // It can still be looked at from beside it.
            #expect(try await lab.exists("/etc/hostname", on: "k3s-master"))
            try await lab.thaw("k3s-master")
            try await lab.ssh("k3s-master", ["true"]).checked()
        }
    }

    @Test func frozenHostCanLoseItsPower() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.freeze("k3s-master")
            try await lab.kill("k3s-master")
            try await lab.boot("k3s-master")
            try await lab.awaitSSH("k3s-master")
        }
    }

    @Test func consoleTellsOfEveryBoot() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.run(on: "k3s-master", ["logger", "-t", "first", "said before the power cut"]).checked()
            try await eventually("the console has it") {
                try await lab.console(of: "k3s-master").contains("said before the power cut")
            }
            try await lab.kill("k3s-master")
            try await lab.boot("k3s-master")
            try await lab.awaitSSH("k3s-master")
            let console = try await lab.console(of: "k3s-master")
            #expect(console.contains("said before the power cut"))
        }
    }

    /// What a host's kernel calls this boot: another after each start.
    private func bootIdentity(of host: String, in lab: Lab) async throws(LabError) -> String {
        try await lab.text(of: "/proc/sys/kernel/random/boot_id", on: host)
    }
}
