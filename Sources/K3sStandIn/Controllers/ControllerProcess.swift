/// This server's scheduler and controller manager: each works while it holds its Lease in kube-system.
@MainActor final class ControllerProcess {
    private let api: ObjectAPI
    private let options: NodeOptions
    private let elects: Bool
    private let identity: String

    /// `elects` false lets both work at once, without Leases.
    init(api: ObjectAPI, options: NodeOptions, elects: Bool) {
        (self.api, self.options, self.elects) = (api, options, elects)
        identity = "\(options.nodeName)_\(newUID())"
    }

    func start() {
        let scheduler = Scheduler(api: api)
        let nodes = NodeController(api: api, settings: options.settings)
        let controllers: [any Controller] = [
            nodes, TaintEviction(api: api, settings: options.settings), NamespaceController(api: api),
            GarbageCollector(api: api), DeploymentController(api: api), ReplicaSetController(api: api),
            StatefulSetController(api: api), DaemonSetController(api: api), JobController(api: api),
            VolumeController(api: api), DisruptionController(api: api), EventExpiry(api: api),
            HelmJobs(api: api, options: options),
        ]
        run("kube-scheduler", [scheduler])
        run("kube-controller-manager", controllers)
    }

    private func run(_ name: String, _ controllers: [any Controller]) {
        let lease =
            elects
            ? LeaderLease(api: api, name: name, identity: identity, duration: options.settings.leaderLease) : nil
        Task { await lease?.hold() }
        Task { await self.work(name, controllers, lease) }
    }

    /// One pass after each change of the cluster, and one a second for what comes with time alone.
    private func work(_ name: String, _ controllers: [any Controller], _ lease: LeaderLease?) async {
        while !Task.isCancelled {
            await lease?.waitUntilHeld()
            let seen = api.store.changed.count
            for controller in controllers where lease?.isHeld ?? true {
                do {
                    try await controller.reconcile()
                } catch {
                    // Conflicts come from others' writes and go away with the next pass.
                    if error.reason != "Conflict", error.reason != "NotFound" {
                        Log.warning("\(name): \(type(of: controller)): \(error.message)")
                    }
                }
            }
            await api.store.changed.wait(past: seen, upTo: .milliseconds(500))
        }
    }
}

/// Brings one aspect of the cluster closer to what its objects ask for, each time it is called.
@MainActor protocol Controller {
    func reconcile() async throws(APIError)
}
