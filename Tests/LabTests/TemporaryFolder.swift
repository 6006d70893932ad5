import LabSupport
import SystemPackage

/// A folder of a test's own, gone when the test is over.
enum TemporaryFolder {
    static func with<Value: Sendable>(_ body: (FilePath) async throws -> Value) async throws -> Value {
        let folder = FilePath(try await Command(["mktemp", "-d"]).run().checked().line)
        do {
            let value = try await body(folder)
            try await Command(["rm", "-rf", "--", folder.string]).run().checked()
            return value
        } catch {
            _ = try? await Command(["rm", "-rf", "--", folder.string]).run()
            throw error
        }
    }
}
