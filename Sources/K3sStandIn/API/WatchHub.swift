/// Lets clients follow the changes of one kind of object.
@MainActor final class WatchHub {
    /// One client's view: which objects, and how they are shown.
    struct Subscription: Sendable {
        let resource: Resource
        let namespace: String?
        let matches: @Sendable (JSON) -> Bool
        let render: @Sendable (JSON) -> JSON
    }

    private static let historyLength = 2000

    private let store: Store
    private var history: [Store.Event] = []
    /// Changes up to this revision are forgotten.
    private var forgotten: Int
    private var clients: [Int: (subscription: Subscription, continuation: AsyncStream<[UInt8]>.Continuation)] = [:]
    private var nextClient = 0

    init(store: Store) {
        self.store = store
        forgotten = store.state.revision
        store.observe { [weak self] event in self?.publish(event) }
    }

    /// A stream of watch events, one JSON object a line. `since` is the revision the client has seen; nil starts with
    /// all present objects, followed by a bookmark if `bookmarked`. It ends after `limit`.
    func stream(
        _ subscription: Subscription, since: Int?, bookmarked: Bool, limit: Duration
    ) throws(APIError) -> AsyncStream<[UInt8]> {
        if let since, since < forgotten {
            throw APIError(code: 410, reason: "Expired", message: "too old resource version: \(since) (\(forgotten))")
        }
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(10_000))
        if let since {
            for event in history where event.revision > since { send(event, subscription, continuation) }
        } else {
            let present = store.list(subscription.resource.qualifiedName, namespace: subscription.namespace)
            for object in present where subscription.matches(object) {
                continuation.yield(Self.line("ADDED", subscription.render(object)))
            }
        }
        if bookmarked {
            let bookmark: JSON = [
                "kind": .string(subscription.resource.kind), "apiVersion": .string(subscription.resource.groupVersion),
                "metadata": [
                    "resourceVersion": .string(String(store.state.revision)),
                    "annotations": ["k8s.io/initial-events-end": "true"],
                ],
            ]
            continuation.yield(Self.line("BOOKMARK", bookmark))
        }
        let id = nextClient
        nextClient += 1
        clients[id] = (subscription, continuation)
        let timer = Task {
            try? await Task.sleep(for: limit)
            self.end(id)
        }
        continuation.onTermination = { _ in
            timer.cancel()
            Task { @MainActor in self.end(id) }
        }
        return stream
    }

    /// Ends every watch: the state was replaced as a whole and clients must list again.
    func endAll() {
        history = []
        forgotten = store.state.revision
        for id in clients.keys { end(id) }
    }

    private func end(_ id: Int) { clients.removeValue(forKey: id)?.continuation.finish() }

    private func publish(_ event: Store.Event) {
        history.append(event)
        if history.count > Self.historyLength {
            let dropped = history.prefix(history.count - Self.historyLength / 2)
            forgotten = dropped.last?.revision ?? forgotten
            history.removeFirst(dropped.count)
        }
        for client in clients.values { send(event, client.subscription, client.continuation) }
    }

    private func send(
        _ event: Store.Event, _ subscription: Subscription, _ continuation: AsyncStream<[UInt8]>.Continuation
    ) {
        guard event.key.resource == subscription.resource.qualifiedName,
            subscription.namespace == nil || subscription.namespace == event.key.namespace
        else { return }
        let before = event.old.flatMap { subscription.matches($0) ? $0 : nil }
        let after = event.new.flatMap { subscription.matches($0) ? $0 : nil }
        switch (before, after) {
        case (nil, let new?): continuation.yield(Self.line("ADDED", subscription.render(new)))
        case (_?, let new?): continuation.yield(Self.line("MODIFIED", subscription.render(new)))
        case (var old?, nil):
            old["metadata"]["resourceVersion"] = .string(String(event.revision))
            continuation.yield(Self.line("DELETED", subscription.render(event.new ?? old)))
        case (nil, nil): return
        }
    }

    private static func line(_ type: String, _ object: JSON) -> [UInt8] {
        let event: JSON = ["type": .string(type), "object": object]
        return event.bytes + [0x0A]
    }
}
