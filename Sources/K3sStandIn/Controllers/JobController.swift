/// Runs a Job's pods until enough of them have succeeded.
@MainActor struct JobController: Controller {
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for job in api.list(.jobs) where !job.isBeingDeleted && !job.hasCondition("Complete") {
            let pods = api.pods(of: job)
            let wanted = job["spec"]["completions"].int ?? 1
            let active = pods.filter { !$0.isFinishedPod && !$0.isBeingDeleted }
            let counted = (job["status"]["succeeded"].int ?? 0)
            let succeeded = max(counted, pods.count { $0["status"]["phase"] == "Succeeded" })
            let free = (job["spec"]["parallelism"].int ?? 1) - active.count
            for _ in 0..<max(0, min(free, wanted - succeeded - active.count)) {
                try await api.create(.pods, job.namespace, PodTemplate.pod(of: job))
            }
            try await api.updateStatus(.jobs, job) { job in
                let now = JSON.string(Timestamp.now.time)
                if job["status"]["startTime"].isNull { job["status"]["startTime"] = now }
                job["status"]["active"] = active.isEmpty ? .null : .int(active.count)
                job["status"]["succeeded"] = succeeded == 0 ? .null : .int(succeeded)
                if succeeded >= wanted {
                    job["status"]["completionTime"] = now
                    job.setCondition("SuccessCriteriaMet", "True", reason: "CompletionsReached")
                    job.setCondition("Complete", "True", reason: "CompletionsReached")
                }
            }
        }
    }
}
