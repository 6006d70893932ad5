import CoordinatorRuntime
import Testing

@Suite struct ChecksumListTests {
    static let a = String(repeating: "a1", count: 32)
    static let b = String(repeating: "B2", count: 32)

    @Test func readsDigestsByName() throws {
        let list = try ChecksumList(Array("\(Self.a)  k3s\n\(Self.b) *k3s-airgap-images-amd64.tar.zst\r\n\n".utf8))
        #expect(list.digests["k3s"] == Self.a)
        #expect(list.digests["k3s-airgap-images-amd64.tar.zst"] == Self.b.lowercased())
    }

    @Test(arguments: [
        ("", 0), ("\n\n", 0), ("<html>\n", 1), ("\(a)  k3s\nNot Found\n", 2), ("\(a) k3s\n", 1), ("\(a)  \n", 1),
        ("\(a.dropLast())  k3s\n", 1), ("\(a)  k3s\n\(b)  k3s\n", 2),
    ])
    func refusesWhatIsNone(text: String, line: Int) throws {
        let error = try #require(throws: ChecksumList.Malformed.self) { try ChecksumList(Array(text.utf8)) }
        #expect(error.line == line)
    }

    @Test func refusesBytesThatAreNoText() {
        #expect(throws: ChecksumList.Malformed.self) { try ChecksumList([0xFF, 0xFE, 0x00]) }
    }
}
