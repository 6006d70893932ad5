internal import Dispatch
internal import Synchronization

/// From a thread that may block into asynchronous code and back. Never from a task: its thread is the pool's.
enum Blocking {
    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
    }

    static func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let box = Box<Value>()
        Task {
            let value = await body()
            box.value.withLock { $0 = value }
            box.done.signal()
        }
        while true {
            box.done.wait()
            if let value = box.value.withLock({ $0 }) { return value }
        }
    }
}
