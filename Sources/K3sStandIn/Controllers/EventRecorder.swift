/// Writes Events about objects.
@MainActor struct EventRecorder {
    let api: ObjectAPI
    let component: String

    func record(_ object: JSON, _ type: String, _ reason: String, _ message: String) async {
        let namespace = object.namespace.isEmpty ? "default" : object.namespace
        let now = JSON.string(Timestamp.now.time)
        let event: JSON = [
            "metadata": ["generateName": .string("\(object.name).")],
            "involvedObject": [
                "kind": object["kind"], "name": .string(object.name), "namespace": .string(object.namespace),
                "uid": .string(object.uid), "apiVersion": object["apiVersion"],
            ],
            "type": .string(type), "reason": .string(reason), "message": .string(message), "firstTimestamp": now,
            "lastTimestamp": now, "count": 1, "source": ["component": .string(component)],
            "reportingComponent": .string(component),
        ]
        // Events are told if possible; nothing depends on them.
        _ = try? await api.create(.events, namespace, event)
    }
}

/// Removes the oldest Events, so that the datastore does not grow for ever.
@MainActor struct EventExpiry: Controller {
    private static let limit = 500
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        let events = api.list(.events)
        guard events.count > Self.limit else { return }
        for event in events.sorted(by: { $0.revision < $1.revision }).prefix(events.count - Self.limit / 2) {
            try await api.delete(.events, event.namespace, event.name)
        }
    }
}
