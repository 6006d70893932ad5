/// The same for every one of `items`, all at once or at most `atMost` at a time; the results in the items' order,
/// whichever was ready first.
package func concurrently<Item: Sendable, Value: Sendable>(
    _ items: [Item], atMost limit: Int = .max,
    _ body: @escaping @Sendable (Item) async throws(CoordinatorError) -> Value
) async -> [(Item, Result<Value, CoordinatorError>)] {
    await withTaskGroup(of: (Int, Result<Value, CoordinatorError>).self) { group in
        var rest = items.enumerated().makeIterator()
        func begin() -> Bool {
            guard let (index, item) = rest.next() else { return false }
            group.addTask {
                do throws(CoordinatorError) {
                    return (index, .success(try await body(item)))
                } catch {
                    return (index, .failure(error))
                }
            }
            return true
        }
        var begun = 0
        while begun < limit, begin() { begun += 1 }
        var found: [(Int, Result<Value, CoordinatorError>)] = []
        for await one in group {
            found.append(one)
            _ = begin()
        }
        return found.sorted { $0.0 < $1.0 }.map { (items[$0.0], $0.1) }
    }
}
