import AgentRuntime
import Testing

@Suite struct ChecksumListTests {
    private static let a = String(repeating: "a", count: 64)
    private static let b = String(repeating: "b", count: 64)

    @Test func readsK3sOwnLists() throws {
        let text = "\(Self.a)  k3s\n\(Self.b.uppercased()) *k3s-airgap-images-amd64.tar.zst\n"
        let list = try ChecksumList(Array(text.utf8))
        #expect(list["k3s"] == Self.a)
        #expect(list["k3s-airgap-images-amd64.tar.zst"] == Self.b)
        #expect(list["k3s-arm64"] == nil)
        #expect(list.contains(sha256: Self.b))
        #expect(!list.contains(sha256: String(repeating: "c", count: 64)))
    }

    @Test(arguments: [
        "", "\n\n", "<html>404</html>", "\(a)", "\(a.dropLast())  k3s", "\(a)  k3s\n\(b)  k3s\n", "\(a)  k3s extra",
        String(repeating: "\(a)  k3s\n", count: 1000),
    ])
    func anythingElseIsNoList(text: String) {
        let error = #expect(throws: NodeError.self) { try ChecksumList(Array(text.utf8)) }
        #expect(error?.code == .checksumsUnreadable)
    }
}
