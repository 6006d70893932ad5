internal import Dispatch

/// Work that blocks or computes for long, on a thread of its own: where there is one processor the pool has one thread,
/// and the agent would answer nobody meanwhile.
enum Aside {
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let result: Result<Value, NodeError> = await withCheckedContinuation { done in
            // A queue of its own has a thread of its own; the global ones share theirs with the pool.
            DispatchQueue(label: "aside").async {
                do throws(NodeError) {
                    done.resume(returning: .success(try body()))
                } catch {
                    done.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
