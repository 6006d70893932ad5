import LabSupport
import SystemPackage
import Testing

@Suite struct LabDiskTests {
    @Test func fullDiskRefusesWritesUntilEmptied() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.write("small", to: "/var/lib/before", on: "k3s-master")
            try await lab.fill("k3s-master")
            let full = try await write(kibibytes: 64, in: lab)
            #expect(!full.succeeded)
            #expect(full.errors.contains("No space left on device"))
            #expect(try await lab.text(of: "/var/lib/before", on: "k3s-master") == "small")
            try await lab.unfill("k3s-master")
            try await write(kibibytes: 64, in: lab).checked()
        }
    }

    @Test func someRoomCanBeLeft() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.fill("k3s-master", leaving: 1 << 20)
            try await write(kibibytes: 512, in: lab).checked()
            let tooMuch = try await write(kibibytes: 2048, in: lab)
            #expect(tooMuch.errors.contains("No space left on device"))
        }
    }

    @Test func readOnlyRootRefusesWrites() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.makeReadOnly("k3s-master")
            let refused = try await write(kibibytes: 1, in: lab)
            #expect(refused.errors.contains("Read-only file system"))
            try await lab.makeWritable("k3s-master")
            try await write(kibibytes: 1, in: lab).checked()
        }
    }

    @Test func openFileKeepsARootWritableAndIsSaid() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.run(
                on: "k3s-master",
                ["systemd-run", "--unit=writer", "--property=StandardOutput=file:/var/lib/open", "sleep", "infinity"]
            ).checked()
            let error = await #expect(throws: LabError.self) { try await lab.makeReadOnly("k3s-master") }
            #expect(error?.description.contains("stop what writes") == true)
            try await lab.run(on: "k3s-master", ["systemctl", "stop", "writer"]).checked()
            try await lab.makeReadOnly("k3s-master")
        }
    }

    private func write(kibibytes: Int, in lab: Lab) async throws(LabError) -> CommandOutcome {
        try await lab.run(
            on: "k3s-master",
            ["dd", "if=/dev/zero", "of=/var/lib/file", "bs=1024", "count=\(kibibytes)", "status=none"])
    }
}
