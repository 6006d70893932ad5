import Glibc
package import SystemPackage

/// Real hosts on this machine: each with its own systemd, OpenSSH server, address, root and disk. See deploy/lab.
///
/// It ends with `stop`, or with this process however that ends; nothing of it outlives either. Needs root.
package final class Lab: Sendable {
    /// Through which the lab is found, by `deploy/lab/lab` too.
    package let state: FilePath
    package let hosts: [LabHost]
    let process: RunningCommand

    /// The lab's own program, in the tree that these sources belong to.
    package static let program = FilePath(#filePath)
        .removingLastComponent().removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("deploy/lab/lab")

    /// Boots the hosts, runs `body`, and ends the lab whatever becomes of it.
    package static func with<Value: Sendable>(
        _ configuration: LabConfiguration = LabConfiguration(), _ body: (Lab) async throws -> Value
    ) async throws -> Value {
        let lab = try await Lab.start(configuration)
        do {
            let value = try await body(lab)
            try await lab.stop()
            return value
        } catch {
            try? await lab.stop()
            throw error
        }
    }

    /// Boots the hosts, once there is room for so many; returns when all of them answer ssh.
    ///
    /// - Throws: `labFailed` with the reason; `deadlinePassed`.
    package static func start(_ configuration: LabConfiguration = LabConfiguration()) async throws(LabError) -> Lab {
        let count = configuration.servers + configuration.workers
        await LabSeats.shared.take(count)
        do {
            return try await boot(configuration)
        } catch {
            await LabSeats.shared.give(count)
            throw error
        }
    }

    private static func boot(_ configuration: LabConfiguration) async throws(LabError) -> Lab {
        let state = try makeStateFolder()
        let process = RunningCommand([program.string, "up", "--state", state.string] + configuration.arguments)
        do {
            try await process.says("lab ready", within: configuration.deadline)
            let lines = try await Command([program.string, "hosts", state.string]).run().checked().line
            var hosts: [LabHost] = []
            for line in lines.split(separator: "\n") { hosts.append(try LabHost(line: line)) }
            return Lab(state: state, hosts: hosts, process: process)
        } catch {
            await process.closeInput()
            _ = try? await process.outcome()
            await remove(state)
            throw LabError(.labFailed, "the lab did not start", cause: "\(error)", wayOut: error.wayOut)
        }
    }

    private init(state: FilePath, hosts: [LabHost], process: RunningCommand) {
        self.state = state
        self.hosts = hosts
        self.process = process
    }

    /// Ends the lab: hosts, network, disks and the operator's commands are gone when this returns.
    package func stop() async throws(LabError) {
        await process.closeInput()
        let outcome = try await process.outcome()
        await Self.remove(state)
        await LabSeats.shared.give(hosts.count)
        try outcome.checked()
    }

    private static func makeStateFolder() throws(LabError) -> FilePath {
        var template = Array("/tmp/k3s-upgrade-lab-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw LabError(.labFailed, "no folder for the lab's files", cause: "\(Errno(rawValue: errno))")
        }
        return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    private static func remove(_ state: FilePath) async {
        _ = try? await Command(["/usr/bin/rm", "-rf", "--", state.string]).run()
    }
}
