internal import Synchronization

/// Shows a run while it goes on: a table drawn again in its place on a terminal, one line for each new thing
/// elsewhere. Never holds up who tells it something: of the views that a slow terminal has not shown yet only the
/// newest is kept, of the lines a bounded number.
///
/// Whoever uses it has to ignore SIGPIPE, or a reader that goes away ends the program.
package final class RunScreen: Sendable {
    private struct State {
        var view: RunView?
        var lines: [String] = []
        /// Lines that found no room.
        var dropped = 0
        var progress = PlainProgress()
        var composer = FrameComposer()
    }

    /// Lines kept for a terminal or a pipe that does not read.
    package static let mostLines = 1000

    private let shared: Shared
    private let writer: PatientWriter

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// - Parameters:
    ///   - descriptor: stays the caller's; a write may still be going on after `finish` gave up waiting for it.
    ///   - size: asked before each frame.
    package init(
        descriptor: Int32, mode: TerminalMode, size: @escaping @Sendable () -> TerminalSize
    ) {
        let shared = Shared()
        self.shared = shared
        self.mode = mode
        writer = PatientWriter(descriptor: descriptor) {
            shared.state.withLock { state in
                switch mode {
                case .live: Self.nextFrame(&state, size())
                case .plain: Self.nextLines(&state)
                }
            }
        }
    }

    private let mode: TerminalMode

    /// Shows the run as it stands now.
    package func show(_ view: RunView) {
        shared.state.withLock { state in
            switch mode {
            case .live: state.view = view
            case .plain: for line in state.progress.lines(view) { Self.add(line, &state) }
            }
        }
        writer.wake()
    }

    /// A line that stays; above the table, where there is one. Has to be clean.
    package func say(_ line: String) {
        shared.state.withLock { Self.add(line, &$0) }
        writer.wake()
    }

    /// Waits until all that was told is written, at most for so long; false where the terminal did not take it.
    @discardableResult
    package func finish(patience: Duration = .seconds(2)) async -> Bool { await writer.flush(patience: patience) }

    private static func add(_ line: String, _ state: inout State) {
        if state.lines.count >= mostLines {
            state.lines.removeFirst()
            state.dropped += 1
        }
        state.lines.append(line)
    }

    private static func take(_ state: inout State) -> [String] {
        defer { (state.lines, state.dropped) = ([], 0) }
        let note = state.dropped > 0 ? ["… \(state.dropped) lines left out, nobody read them in time"] : []
        return note + state.lines
    }

    private static func nextLines(_ state: inout State) -> [UInt8]? {
        guard !state.lines.isEmpty else { return nil }
        return Array(take(&state).map { "\($0)\n" }.joined().utf8)
    }

    private static func nextFrame(_ state: inout State, _ size: TerminalSize) -> [UInt8]? {
        guard state.view != nil || !state.lines.isEmpty else { return nil }
        defer { state.view = nil }
        // The last column stays free: many terminals wrap when it is written. So does the last row, for the cursor.
        let columns = max(10, size.columns - 1)
        let frame = state.view.map { RunTable.lines($0, columns: columns, rows: max(3, size.rows - 1)) }
        return state.composer.bytes(above: take(&state), frame: frame, columns: size.columns)
    }
}
