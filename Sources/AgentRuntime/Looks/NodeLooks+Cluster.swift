internal import Synchronization
internal import SystemPackage
package import Wire

extension NodeLooks {
    func observe() async -> Answer {
        do throws(NodeError) {
            let installation = try steps.installation()
            guard installation.role == .server else {
                throw NodeError(
                    .nodeUnknown, "\(installation.nodeName) is a worker, which cannot look at the cluster",
                    wayOut: "ask a server's agent")
            }
            let kubectl = steps.kubectl(installation, steps.runner.scrubbing(installation.configuration.secrets))
            let look = try await kubectl.observe()
            steps.looked.withLock { looked in
                looked = Dictionary(look.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            }
            return .cluster(look.observation)
        } catch {
            return .refused(Refusal(.failed, "\(error)".cleaned(limit: 500)))
        }
    }
}

extension ClusterLook {
    package var observation: ClusterObservation {
        ClusterObservation(
            nodes: nodes.compactMap { node in
                guard let name = NodeName(node.name) else { return nil }
                return ObservedNode(
                    name: name, isServer: node.role == .server, version: node.version, ready: node.isReady,
                    schedulable: !node.isUnschedulable, cordon: CordonMark(of: node),
                    heartbeat: leases.first { $0.isOfNode && $0.name == node.name }?.renewed, isVoter: node.isEtcdVoter)
            },
            leaders: leases.filter(\.isLeader).map {
                ObservedLeader(name: $0.name, holder: $0.holder ?? "", renewal: $0.renewed ?? "")
            },
            workloads: workloads.map {
                Workload(
                    kind: $0.kind, namespace: $0.namespace, name: $0.name, desired: $0.desired,
                    ready: min($0.ready, $0.updated), observed: $0.isObserved)
            },
            volumes: volumes.map {
                Volume(kind: $0.kind, namespace: $0.metadata.namespace ?? "", name: $0.name, phase: $0.phase)
            },
            unfinishedJobs: jobs.filter { !$0.isComplete && !$0.isFailed }.map(\.name), at: BootClock.now())
    }
}

extension ClusterLease {
    var isOfNode: Bool { metadata.namespace == "kube-node-lease" }
    var isLeader: Bool {
        metadata.namespace == "kube-system" && ["kube-controller-manager", "kube-scheduler"].contains(name)
    }
}
