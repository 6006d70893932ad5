internal import ArgumentParser
internal import CoordinatorCore
internal import CoordinatorRuntime
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import Wire

/// A prepared run carried through from a terminal: progress on standard error, the report on standard output, the end
/// as an exit status.
struct RunCommandLine {
    let links: AgentLinks
    let prepared: RunPreparation.Prepared
    let takeOver: Bool
    let supersede: Bool
    let assumeDown: [NodeName]
    let output: OutputFormat
    /// Only gives back what the run holds.
    var releases = false

    private var inventory: Inventory { links.inventory }

    func run() async throws {
        let screen = RunScreen(descriptor: 2, mode: .of(2), size: { .of(2) })
        for finding in prepared.findings { screen.say(ReportWords.finding(finding)) }
        if prepared.resumes, !releases {
            screen.say("run \(prepared.plan.run) was begun before: taking it up where it stopped")
        }
        let board = RunBoard(plan: prepared.plan, screen: screen)
        let setup = Rollout.Setup(
            plan: prepared.plan, planText: prepared.text, planDigest: prepared.digest, holder: .thisProcess,
            process: UInt64.random(in: 1...UInt64.max), takeOver: takeOver, supersede: supersede,
            assumeDown: assumeDown, resumes: prepared.resumes, releases: releases, madeAt: prepared.madeAt)
        let runner = RolloutRunner(
            setup, over: links,
            onNote: { note, now in
                board.take(note, at: now)
                if case .stillOpen(let nodes) = note { screen.say(ReportWords.stillOpen(nodes)) }
            }, onLink: { board.link($0, $1) })
        let ending = await InterruptSignals.counted { count in
            if count == 1 {
                screen.say("stopping at the next safe point: after the step that is running; once more leaves at once")
                Task { await runner.interrupt() }
            } else {
                screen.say(
                    "leaving at once: the agents finish or undo what they are in; the same command takes it up again")
                Task {
                    await screen.finish(patience: .milliseconds(500))
                    Glibc.exit(ExitStatus.interrupted.rawValue)
                }
            }
        } during: {
            await runner.run()
        }
        await screen.finish()
        try await conclude(ending, board, seen: runner.freshLook)
    }

    private func conclude(_ ending: Ending, _ board: RunBoard, seen: ClusterObservation?) async throws {
        switch ending {
        case .held(let node, let refusal), .fenced(let node, let refusal):
            throw Self.held(node, refusal, fenced: ending.isFenced)
        case .unreachable(let nodes):
            for node in nodes.compactMap(inventory.node) {
                Console.note("to look at \(node.name) by hand:")
                for line in HandCommands.lines(for: node, ssh: inventory.ssh) { Console.note("  \(line)") }
            }
            throw CoordinatorError(
                .linkLost, .unreachable,
                "\(nodes.map(\.text).joined(separator: ", ")) cannot be reached; nothing was begun",
                wayOut: "bring the nodes back, then run the same command again; "
                    + (prepared.resumes
                        ? "or, if one is gone for good, go on without it: --assume-down NODE"
                        : "one that is gone for good is taken out of the cluster and of the inventory"))
        // What ended well has passed a gate at the end. After anything else, something was done since.
        case .done: try await report(.done, nil, board, .done, seen: seen)
        case .failed(_, let failure): try await report(.failed, failure, board, .failed)
        case .released: try await report(.released, nil, board, .done)
        case .interrupted: try await report(.interrupted, nil, board, .interrupted)
        }
    }

    private func report(
        _ ending: ReportView.Ending, _ failure: Failure?, _ board: RunBoard, _ status: ExitStatus,
        seen: ClusterObservation? = nil
    ) async throws {
        let survey = await ClusterSurvey.take(over: links, seen: seen)
        let left = ending == .released ? survey.notReleased(but: assumeDown) : nil
        let (ending, status) = left == nil ? (ending, status) : (.failed, .failed)
        let report = board.report(ending, failure: failure ?? left, survey: survey, findings: prepared.findings)
        switch output {
        case .json: Console.print([try JSONText.of(ReportDocument(report))])
        case .markdown: Console.print(ReportMarkdown(report, inventory: inventory).lines)
        case .text: Console.print(ReportText(report, inventory: inventory).lines)
        }
        if status != .done { throw ExitCode(status.rawValue) }
    }

    private static func held(_ node: NodeName, _ refusal: Refusal, fenced: Bool) -> CoordinatorError {
        let holder = refusal.holder.map(Words.holder)
        let run = refusal.run.map { ", run \($0)" } ?? ""
        return CoordinatorError(
            .lockHeld, .held,
            fenced
                ? "\(holder ?? "another coordinator") has taken the lock over\(run), as \(node) says"
                : "\(holder ?? "another coordinator") holds the lock\(run), as \(node) says",
            wayOut: fenced
                ? "nothing further is done here; `coordinator status` shows the run"
                : "wait for it, or succeed it with --take-over")
    }
}

extension Ending {
    fileprivate var isFenced: Bool { if case .fenced = self { true } else { false } }
}

extension CoordinatorError.Code {
    static let lockHeld = Self(rawValue: "lock-held")
}
