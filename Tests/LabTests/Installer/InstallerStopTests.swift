import LabSupport
import Subprocess
import SystemPackage
import Testing

/// The installer stopped half-way, as a crash would: what is there then, and what a reboot makes of it.
@Suite struct InstallerStopTests {
    @Test(arguments: [
        (point: "hashed", unit: true, environment: true),
        (point: "deleted", unit: false, environment: false),
        (point: "env-written", unit: false, environment: true),
        (point: "unit-written", unit: true, environment: true),
    ])
    func killedInstallerLeavesWhatItHadDone(point: String, unit: Bool, environment: Bool) async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let installation = try await Installation(on: "k3s-master", in: lab)
            try await installation.install(["server", "--flag"]).checked()
            try await installation.stop(at: point, "kill")
            let outcome = try await installation.install(["server", "--flag"])
            #expect(outcome.status == .exited(128 + 9), "killed, as the shell beside it tells")
            let files = try await installation.files(of: "k3s")
            #expect((files[0] != nil) == unit)
            #expect((files[1] != nil) == environment)
            #expect(try await installation.isActive("k3s"), "the process that ran is still there")
            #expect(try await installation.isEnabled("k3s") == (point == "hashed"))
            // The order to stop is spent: the next run goes through.
            try await installation.install(["server", "--flag"]).checked()
            #expect(try await !installation.files(of: "k3s").contains(nil))
            #expect(try await installation.isEnabled("k3s"))
        }
    }

    @Test func powerCutInTheWindowLeavesANodeWithoutK3s() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let installation = try await Installation(on: "k3s-master", in: lab)
            try await installation.install().checked()
            try await installation.stop(at: "deleted", "hang")
            let hanging = lab.startAsOperator([
                "ssh", "-F", "\(lab.operatorHome)/.ssh/config", "k3s-master",
                "INSTALL_K3S_SKIP_DOWNLOAD=true \(Installation.installer)",
            ])
            try await eventually("the installer is in the window") {
                // A file that is deleted between the look and the read is not there either.
                let files = try? await installation.files(of: "k3s")
                return files == [nil, nil]
            }
            #expect(await !hanging.hasEnded)
            try await lab.kill("k3s-master")
            try await hanging.send(.kill)
            _ = try await hanging.outcome()
            try await lab.boot("k3s-master")
            try await lab.awaitSSH("k3s-master")
            #expect(try await installation.files(of: "k3s") == [nil, nil])
            #expect(try await !installation.isActive("k3s"))
        }
    }
}
