/// Deletes what has lost its owner, and pods whose node is gone.
@MainActor struct GarbageCollector: Controller {
    private static let owned: [Resource] = [.replicaSets, .pods, .jobs]
    private static let owners: [Resource] = [.deployments, .replicaSets, .statefulSets, .daemonSets, .jobs]
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        let alive = Set(Self.owners.flatMap { api.list($0) }.map(\.uid))
        for resource in Self.owned {
            for object in api.list(resource) where !object.isBeingDeleted {
                guard let owner = object.controller, Self.owners.contains(where: { $0.kind == owner["kind"].string }),
                    !alive.contains(owner["uid"].string ?? "")
                else { continue }
                try await api.delete(resource, object.namespace, object.name)
            }
        }
        let nodes = Set(api.list(.nodes).map(\.name))
        for pod in api.list(.pods) {
            guard let node = pod.nodeName, !nodes.contains(node) else { continue }
            try await api.delete(.pods, pod.namespace, pod.name, .init(gracePeriodSeconds: 0))
        }
    }
}

/// Empties a namespace that is being deleted, and removes it.
@MainActor struct NamespaceController: Controller {
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for namespace in api.list(.namespaces) where namespace.isBeingDeleted {
            var isEmpty = true
            for resource in Resource.all where resource.namespaced {
                for object in api.list(resource, namespace: namespace.name) {
                    if try await api.delete(resource, namespace.name, object.name) != nil { isEmpty = false }
                }
            }
            guard isEmpty else { continue }
            let key = Resource.namespaces.key("", namespace.name)
            _ = try await api.commit(Change(key, expecting: .anything, value: nil))
        }
    }
}
