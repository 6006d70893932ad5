/// The bytes that put one frame in the place of the last: whatever interrupts between two of them, the cursor stands
/// on a fresh line below whole text.
struct FrameComposer: Sendable {
    /// The lines that stand on the terminal now.
    private var drawn: [String] = []

    /// - Parameters:
    ///   - above: lines that stay, written before the frame.
    ///   - frame: none wider than `columns`; nil draws the last one again.
    mutating func bytes(above: [String], frame: [String]?, columns: Int) -> [UInt8] {
        let frame = frame ?? drawn
        // The terminal may have become narrower since, and have wrapped what it had.
        let rows = drawn.reduce(0) { $0 + max(1, (DisplayWidth.of($1) + columns - 1) / max(1, columns)) }
        drawn = frame
        // Up, to the first column, and clear from there to the end of the screen (ECMA-48 CUU, ED).
        let back = rows > 0 ? "\u{1B}[\(rows)A\r\u{1B}[J" : ""
        return Array((back + (above + frame).map { "\($0)\n" }.joined()).utf8)
    }
}
