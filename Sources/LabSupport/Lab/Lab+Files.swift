package import SystemPackage

extension Lab {
    /// A file of a host, whole.
    ///
    /// - Throws: `commandFailed` if it cannot be read; `tooMuchOutput` above 16 MiB.
    package func read(_ path: FilePath, on host: String) async throws(LabError) -> [UInt8] {
        try await run(on: host, ["cat", "--", path.string]).checked().bytes
    }

    package func text(of path: FilePath, on host: String) async throws(LabError) -> String {
        String(decoding: try await read(path, on: host), as: UTF8.self)
    }

    /// Writes a file of a host, as root's, with its folders.
    ///
    /// - Parameter mode: in octal, as `install -m` reads it.
    package func write(
        _ bytes: [UInt8], to path: FilePath, on host: String, mode: String = "644"
    ) async throws(LabError) {
        try await run(
            on: host, ["install", "-D", "-m", mode, "--", "/dev/stdin", path.string], input: bytes
        ).checked()
    }

    package func write(
        _ text: String, to path: FilePath, on host: String, mode: String = "644"
    ) async throws(LabError) {
        try await write(Array(text.utf8), to: path, on: host, mode: mode)
    }

    package func exists(_ path: FilePath, on host: String) async throws(LabError) -> Bool {
        try await run(on: host, ["test", "-e", path.string]).succeeded
    }
}
