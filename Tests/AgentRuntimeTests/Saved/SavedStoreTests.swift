import AgentRuntime
import SystemPackage
import Testing

@Suite struct SavedStoreTests {
    @Test func theOldestGoAndTheProtectedStay() async throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "/f")
        let store = SavedStore(folder.path.appending("store"))
        for (index, name) in ["a", "b", "c", "d"].enumerated() {
            _ = try await SavedFolder.save(
                [.init(.unit, "/f")], of: folder.root, to: store.prepare(name), name: name, created: Int64(index))
        }
        var gone: [String] = []
        #expect(
            try store.prune(keeping: 1, protecting: ["a"], removeBelongings: { gone.append($0.manifest.name) })
                == ["c", "b"])
        #expect(gone == ["c", "b"])
        #expect(try store.all().map(\.manifest.name) == ["d", "a"])
    }

    @Test(arguments: ["", ".", "..", "a/b", ".hidden", "-x", String(repeating: "a", count: 65), "a\nb"])
    func namesThatWouldLeadAstrayAreRefused(name: String) {
        let error = #expect(throws: NodeError.self) { try SavedStore("/x").place(of: name) }
        #expect(error?.code == .badName)
    }

    @Test func aManifestThatNamesFilesOutsideIsRefused() throws {
        let folder = try TemporaryFolder()
        let manifest = """
            {"format":1,"name":"a","created":1,"facts":{},"files":[{"part":"unit","path":"/etc/x","mode":384,
            "owner":{"user":0,"group":0},"digest":{"sha256":"00","size":1},"stored":"../../etc/passwd"}]}
            """
        try folder.write(manifest, to: "/a/manifest.json")
        let error = #expect(throws: NodeError.self) { try SavedFolder.open(folder.path.appending("a")) }
        #expect(error?.code == .savedUnreadable)
    }

    @Test(arguments: ["{", "{\"format\":2,\"name\":\"a\",\"created\":1,\"facts\":{},\"files\":[]}"])
    func aManifestThatIsNotUnderstoodIsAnError(text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "/a/manifest.json")
        let error = #expect(throws: NodeError.self) { try SavedFolder.open(folder.path.appending("a")) }
        #expect(error?.code == .savedUnreadable)
    }
}
