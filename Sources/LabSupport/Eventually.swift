/// Waits until a condition holds, looking every 20 ms.
///
/// For things of which no event comes: the state of a host, a file on it, what a process printed.
///
/// - Parameter expectation: what is waited for, in words that complete "not yet, after 30 s:".
/// - Throws: `deadlinePassed`, `cancelled`, or what `condition` throws.
package func eventually(
    _ expectation: String, within deadline: Duration = .seconds(30),
    _ condition: @Sendable () async throws(LabError) -> Bool
) async throws(LabError) {
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while try await !condition() {
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
