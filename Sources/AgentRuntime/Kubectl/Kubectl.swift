internal import FoundationEssentials
internal import Processes
package import SystemPackage

/// kubectl as k3s brings it, run on a server with the admin's kubeconfig.
package struct Kubectl: Sendable {
    /// Bytes of one answer: thousands of pods, or some hundreds of nodes. Larger clusters are refused by name.
    package static let answerLimit = 8 << 20
    /// One request, a control plane that is just coming up included.
    package static let deadline: Duration = .seconds(30)

    let k3s: FilePath
    let cache: FilePath
    let runner: CommandRunner

    /// - Parameter cache: a folder of the agent's own for kubectl's discovery cache; its default is in a home folder,
    ///   which a daemon has not.
    package init(k3s: FilePath, cache: FilePath, runner: CommandRunner) {
        self.k3s = k3s
        self.cache = cache
        self.runner = runner
    }

    package func command(
        _ arguments: [String], deadline: Duration = Kubectl.deadline, outputLimit: Int = Kubectl.answerLimit
    ) -> Command {
        Command(
            .at(k3s), ["kubectl"] + arguments, environment: environment, deadline: deadline,
            outputLimit: outputLimit)
    }

    /// What kubectl needs around it, also when it is run as a transient unit. It lives for a tenth of a second, a third
    /// of which would go into collecting garbage: only near the limit is it worth it.
    package var environment: [String: String] {
        ["KUBECACHEDIR": cache.string, "HOME": cache.string, "GOGC": "off", "GOMEMLIMIT": "128MiB"]
    }

    func get<Answer: Decodable>(_ what: [String], as type: Answer.Type) async throws(NodeError) -> Answer? {
        let command = command(["get", "-o", "json", "--request-timeout=20s"] + what)
        // The status first: refused by the server, kubectl prints a valid empty List and exits 1.
        let result = try await runner.require(
            command, wayOut: "look by hand on this server: k3s kubectl get \(what.first ?? "")")
        guard !result.output.isEmpty else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(result.output))
        } catch {
            throw NodeError(.answerUnreadable, "\(command) answers in a form that is not known", cause: error)
        }
    }
}

extension NodeError.Code {
    package static let answerUnreadable = Self(rawValue: "answer-unreadable")
}
