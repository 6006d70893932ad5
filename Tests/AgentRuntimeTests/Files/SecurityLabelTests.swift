import Cxattr
import SystemPackage
import Testing

@testable import AgentRuntime

/// The attribute can be written without SELinux, too.
@Suite struct SecurityLabelTests {
    private static let attribute = "security.selinux"
    private let label = Array("system_u:object_r:container_runtime_exec_t:s0\0".utf8)
    private let folder: TemporaryFolder
    private let installed: FilePath
    private let other: FilePath

    init() throws {
        folder = try TemporaryFolder()
        installed = try folder.write("old k3s", to: "/usr/local/bin/k3s")
        other = try folder.write("new k3s", to: "/usr/local/bin/.k3s-upgrade/k3s")
    }

    private func label(of path: FilePath) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let size = getxattr(path.string, Self.attribute, &bytes, bytes.count)
        return size < 0 ? nil : Array(bytes[..<size])
    }

    @Test func whatTakesAFilesPlaceKeepsItsLabel() async throws {
        try #require(setxattr(installed.string, Self.attribute, label, label.count, 0) == 0)
        try Durable.settle(other, at: installed, mode: .ownerReadWriteExecute)
        #expect(try folder.text("/usr/local/bin/k3s") == "new k3s")
        #expect(label(of: installed) == label)
        let kit = try folder.write("old k3s", to: "/kit")
        try await Durable.copy(kit, to: installed)
        #expect(try folder.text("/usr/local/bin/k3s") == "old k3s")
        #expect(label(of: installed) == label)
    }

    @Test func withoutAnyNoneIsGiven() async throws {
        try Durable.settle(other, at: installed, mode: .ownerReadWriteExecute)
        #expect(label(of: installed) == nil)
        try await Durable.copy(installed, to: folder.path.appending("new"))
        #expect(label(of: folder.path.appending("new")) == nil)
    }
}
