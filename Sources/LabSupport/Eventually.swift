/// Waits until a condition holds, looking every 20 ms.
///
/// For things of which no event comes: the state of a host, a file on it, an end in another process.
///
/// - Parameter expectation: what is waited for, in words that complete "not yet, after 30 s:".
/// - Throws: `LabError` with `deadlinePassed` or `cancelled`; at once, what `condition` throws.
package func eventually(
    _ expectation: String, within deadline: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws {
    var failure: (any Error)?
    try await poll(expectation, within: deadline) {
        do {
            return try await condition()
        } catch {
            failure = error
            return true
        }
    }
    if let failure { throw failure }
}

/// The same for a condition that cannot fail.
func poll(
    _ expectation: String, within deadline: Duration = .seconds(30), _ condition: () async -> Bool
) async throws(LabError) {
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while await !condition() {
        guard clock.now < end else {
            throw LabError(.deadlinePassed, "not yet, after \(deadline): \(expectation)")
        }
        do {
            try await clock.sleep(for: .milliseconds(20))
        } catch {
            throw LabError(.cancelled, "cancelled while waiting until \(expectation)")
        }
    }
}
