import CoordinatorRuntime
import Testing

@Suite struct AnchorsTests {
    private static let nodes = "nodes: [{name: a, role: server, address: 10.0.0.1, user: &who ops}]\n"

    @Test func aFewAreRead() throws {
        let inventory = try Inventory(yaml: Self.nodes + "ssh: {user: *who}\n", file: "cluster.yaml")
        #expect(inventory.ssh.user == "ops")
    }

    /// Twenty lines that stand for a million values, as a key that the parser compares.
    @Test func thoseThatDoubleAreRefused() {
        let letters = (0..<20).map { "k\($0)" }
        let doubled = zip(letters, letters.dropFirst()).map { "\($1): &\($1) [*\($0), *\($0)]\n" }.joined()
        let yaml = Self.nodes + "k0: &k0 [x, x]\n" + doubled + "? *k19\n: 1\n"
        let error = #expect(throws: InventoryError.self) { try Inventory(yaml: yaml, file: "cluster.yaml") }
        #expect(error?.problems.map(\.code) == [.unreadable])
    }
}
