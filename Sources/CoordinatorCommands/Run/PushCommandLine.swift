internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `--push`, before the run begins: the release goes to the nodes from here.
struct PushCommandLine {
    let inventory: Inventory
    let prepared: RunPreparation.Prepared
    let assumeDown: [NodeName]

    /// Ends the command if not every node has its binary then. Ctrl-C stops it: what a node has half is gone, what it has
    /// whole stays.
    func run() async throws {
        let push = BinaryPush(inventory: inventory, fetcher: .curl(.children())) { Console.note(PushText.line($0)) }
        let task = Task { () async throws(CoordinatorError) in try await push.run(prepared, assumeDown: assumeDown) }
        let result = await InterruptSignals.counted { _ in
            task.cancel()
        } during: {
            await task.result
        }
        if task.isCancelled { throw CancellationError() }
        let problems = try result.get()
        guard let first = problems.first else { return }
        for problem in problems { Console.complain(about: problem) }
        Console.note("coordinator: not every node has got the release; the run was not begun")
        throw ExitCode(ExitStatus(first.kind).rawValue)
    }
}
