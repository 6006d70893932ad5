/// Runs the pods of one node, as far as the API can tell: they start, become ready, finish, crash and terminate, each in
/// its time. Containers live on while the program is stopped, as with K3s; a reboot ends them.
@MainActor final class PodRunner {
    private let options: NodeOptions
    private let client: ServerClient
    /// What is under way, by pod and step, so that nothing is begun twice.
    private var begun: Set<String> = []
    /// Pods whose containers were lost in a reboot and are not back yet.
    private var restarting: Set<String> = []
    private var nextAddress = 2

    init(options: NodeOptions, client: ServerClient) { (self.options, self.client) = (options, client) }

    /// Follows the node's pods until the process ends.
    func run() async {
        var revision: Int?
        var containersAreLost = !markRunning()
        while true {
            let query = revision.map { "?after=\($0)" } ?? ""
            guard let answer = try? await client.send("GET", "/v1-k3s/pods\(query)", timeout: .seconds(10)),
                answer.isGood
            else {
                revision = nil
                try? await Task.sleep(for: max(options.settings.retry, .milliseconds(10)))
                continue
            }
            revision = answer.json["revision"].int
            for pod in answer.json["pods"].elements {
                if containersAreLost, pod["status"]["phase"] == "Running" {
                    restarting.insert(pod.uid)
                    begin("restart", pod) {
                        defer { self.restarting.remove(pod.uid) }
                        return await self.start(pod)
                    }
                }
                look(at: pod)
            }
            containersAreLost = false
        }
    }

    /// Whether containers were left running: a mark on a file system that a reboot empties. Leaves the mark.
    private func markRunning() -> Bool {
        let mark = "\(options.settings.root)/run/k3s-standin/containers-\(options.nodeName)"
        if Files.exists(mark) { return true }
        do {
            try Files.write("", to: mark, mode: 0o600)
        } catch {
            Log.warning("cannot leave a mark of running containers: \(error)")
        }
        return false
    }

    private func begin(_ step: String, _ pod: JSON, _ work: @escaping @MainActor () async -> Bool) {
        let id = "\(pod.uid) \(step)"
        guard begun.insert(id).inserted else { return }
        Task {
            // What could not be told to the API is tried again when the pod is next seen.
            if !(await work()) { self.begun.remove(id) }
        }
    }

    private func look(at pod: JSON) {
        if pod.isBeingDeleted { return begin("stop", pod) { await self.stop(pod) } }
        if pod.isFinishedPod { return }
        if isCrashing(pod) { return begin("crash", pod) { await self.crash(pod) } }
        if pod["status"]["phase"] != "Running" {
            begin("start", pod) { await self.start(pod) }
        } else if !pod.hasCondition("Ready"), !restarting.contains(pod.uid) {
            // The node was away and its pods were called unready meanwhile.
            begin("ready again \(pod.revision)", pod) { await self.post(self.status(of: pod, isReady: true), pod) }
        }
        if pod.controller?["kind"] == "Job", pod["status"]["phase"] == "Running" {
            begin("finish", pod) { await self.finish(pod) }
        }
    }

    private func isCrashing(_ pod: JSON) -> Bool {
        options.faults.contains(.crashLoop)
            && "\(pod.namespace)/\(pod.name)".hasPrefix(options.settings.crashWorkload + "-")
    }

    private func start(_ pod: JSON) async -> Bool {
        if options.settings.podStart > .zero { try? await Task.sleep(for: options.settings.podStart) }
        let wasRunning = pod["status"]["phase"] == "Running"
        return await post(status(of: pod, isReady: true, restarted: wasRunning), pod)
    }

    private func stop(_ pod: JSON) async -> Bool {
        let grace = Duration.seconds(pod["metadata"]["deletionGracePeriodSeconds"].int ?? 30)
        let wait = min(grace, options.settings.podStop)
        if wait > .zero { try? await Task.sleep(for: wait) }
        let body: JSON = ["gracePeriodSeconds": 0, "preconditions": ["uid": .string(pod.uid)]]
        let answer = try? await client.send("DELETE", Self.uri(pod), body)
        return answer.map { $0.isGood || $0.status == 404 || $0.status == 409 } ?? false
    }

    private func finish(_ pod: JSON) async -> Bool {
        if options.settings.jobTime > .zero { try? await Task.sleep(for: options.settings.jobTime) }
        var status = status(of: pod, isReady: false)
        status["phase"] = "Succeeded"
        let now = JSON.string(Timestamp.now.time)
        status["containerStatuses"] = .array(
            status["containerStatuses"].elements.map { container in
                var ended = container
                ended["ready"] = false
                ended["state"] = ["terminated": ["exitCode": 0, "reason": "Completed", "finishedAt": now]]
                return ended
            })
        return await post(status, pod)
    }

    /// Restarts the pod's containers for ever, less and less often.
    private func crash(_ pod: JSON) async -> Bool {
        for restarts in 1...1000 {
            var status = status(of: pod, isReady: false)
            status["phase"] = "Running"
            status["containerStatuses"] = .array(
                status["containerStatuses"].elements.map { container in
                    var broken = container
                    broken["restartCount"] = .int(restarts)
                    broken["state"] = [
                        "waiting": ["reason": "CrashLoopBackOff", "message": "back-off restarting failed container"]
                    ]
                    return broken
                })
            guard await post(status, pod) else { return false }
            try? await Task.sleep(for: .seconds(min(1 << min(restarts, 6), 60)))
        }
        return true
    }

    private func status(of pod: JSON, isReady: Bool, restarted: Bool = false) -> JSON {
        var object = pod
        let truth = isReady ? "True" : "False"
        object.setCondition("PodScheduled", "True", reason: "")
        object.setCondition("Initialized", "True", reason: "")
        object.setCondition("ContainersReady", truth, reason: isReady ? "" : "ContainersNotReady")
        object.setCondition("Ready", truth, reason: isReady ? "" : "ContainersNotReady")
        let old = pod["status"]["containerStatuses"].elements
        let now = JSON.string(Timestamp.now.time)
        let containers = pod["spec"]["containers"].elements.map { container -> JSON in
            let before = old.first { $0["name"] == container["name"] }
            let count = before?["restartCount"].int ?? 0
            return [
                "name": container["name"], "image": container["image"], "imageID": container["image"],
                "ready": .bool(isReady), "started": true, "restartCount": .int(count + (restarted ? 1 : 0)),
                "state": ["running": ["startedAt": now]],
            ]
        }
        var status = object["status"]
        status["phase"] = "Running"
        status["containerStatuses"] = .array(containers)
        status["hostIP"] = .string(options.nodeIP)
        if status["startTime"].isNull { status["startTime"] = now }
        if status["podIP"].isNull {
            let subnet = options.nodeName.utf8.reduce(0) { ($0 * 31 + Int($1)) % 250 }
            status["podIP"] = .string("10.42.\(subnet).\(nextAddress % 250)")
            nextAddress += 1
        }
        return status
    }

    private func post(_ status: JSON, _ pod: JSON) async -> Bool {
        let patch: JSON = ["metadata": ["uid": .string(pod.uid)], "status": status]
        let answer = try? await client.send(
            "PATCH", Self.uri(pod) + "/status", patch, contentType: "application/merge-patch+json")
        return answer.map { $0.isGood || $0.status == 404 || $0.status == 409 } ?? false
    }

    private static func uri(_ pod: JSON) -> String { "/api/v1/namespaces/\(pod.namespace)/pods/\(pod.name)" }
}
