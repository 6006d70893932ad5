/// The same for every one of `items`, all at once; the results in the items' order, whichever was ready first.
package func concurrently<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws(CoordinatorError) -> Value
) async -> [(Item, Result<Value, CoordinatorError>)] {
    await withTaskGroup(of: (Int, Result<Value, CoordinatorError>).self) { group in
        for (index, item) in items.enumerated() {
            group.addTask {
                do throws(CoordinatorError) {
                    return (index, .success(try await body(item)))
                } catch {
                    return (index, .failure(error))
                }
            }
        }
        var found: [(Int, Result<Value, CoordinatorError>)] = []
        for await one in group { found.append(one) }
        return found.sorted { $0.0 < $1.0 }.map { (items[$0.0], $0.1) }
    }
}
