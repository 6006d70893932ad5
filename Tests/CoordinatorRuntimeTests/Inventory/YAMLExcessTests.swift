import CoordinatorRuntime
import Testing

@Suite struct YAMLExcessTests {
    private static let nodes = "nodes: [{name: a, role: server, address: 10.0.0.1}]\n"

    @Test(arguments: [
        ("x: &a [1]\n*a : 1\n", 3, 1), ("x: [1, *a]\n", 2, 8), ("? ? a\n", 2, 1), ("x:\n- ? a\n", 3, 3),
        ("x: {a:*b}\n", 2, 7), ("x: \"a\nb\"\ny: *b\n", 4, 4), ("x: [&a,*b]\n", 2, 8),
        ("x: &a [&b [!c [[[[[[[1]]]]]]]]]\n", 2, 21),
        ("x: [[[[[[[[[1]]]]]]]]]\n", 2, 12), ("x: {a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}}\n", 2, 36),
    ])
    func whatKeepsTheParserBusyIsRefusedWhereItStands(text: String, line: Int, column: Int) {
        let error = #expect(throws: InventoryError.self) {
            try Inventory(yaml: Self.nodes + text, file: "cluster.yaml")
        }
        #expect(error?.problems.map(\.code) == [.syntax])
        #expect(error?.problems.map(\.line) == [line])
        #expect(error?.problems.map(\.column) == [column])
    }

    @Test(arguments: [
        "gate: {command: [sh, -c, \"ls *.txt && what ? x\"]}\n", "# which one ? *this*\n",
        "gate: {command: [a*b, '*.c', k3s-*, a-b]}\n",
        "ssh: {user: &who ops}\n", "gate:\n  command:\n  - \"a\n    *b \\\"\n    ? c\"\n  - 'it''s\n\n    *d'\n",
    ])
    func plainTextIsNone(text: String) {
        #expect(throws: Never.self) { try Inventory(yaml: Self.nodes + text, file: "cluster.yaml") }
    }
}
