import AgentRuntime
import SystemPackage
import Testing

@Suite struct FreeSpaceTests {
    @Test func measuresAtTheNearestFolderThatExists() throws {
        let folder = try TemporaryFolder()
        let here = try FreeSpace(at: folder.path)
        let below = try FreeSpace(at: folder.path.appending("not").appending("yet"))
        #expect(here.bytes > 0)
        #expect(abs(here.bytes - below.bytes) < 1 << 30)
    }

    @Test(arguments: [(100, 50, true), (101, 50, false), (0, 150, true), (0, 151, false)] as [(Int64, Int64, Bool)])
    func requiresNeedAndReserve(needed: Int64, reserve: Int64, fits: Bool) {
        let space = FreeSpace(bytes: 150)
        let fitted = (try? space.require(needed, reserve: reserve, at: "/var", for: "a copy")) != nil
        #expect(fitted == fits)
    }
}
