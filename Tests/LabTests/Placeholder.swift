import LabSupport
import Testing

@Test func boots() async throws {
    try await Lab.with { lab in
        let name = try await lab.run(on: "k3s-master", ["hostname"]).checked().line
        #expect(name == "k3s-master")
    }
}
