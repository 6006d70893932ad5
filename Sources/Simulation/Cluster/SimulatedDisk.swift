internal import AgentCore

/// The disk under an agent's journal. A record counts when it was flushed; until then a loss of power may leave it out,
/// leave it torn (the reader then leaves it out), or leave it whole.
struct SimulatedDisk {
    private(set) var records: [Record] = []
    /// The latest promise once more.
    private var promise: Record?
    var isFull = false
    /// How the next write will be interrupted by a loss of power.
    var nextWriteBreaks: Break?

    enum Break: CaseIterable {
        /// Nothing of it reached the disk.
        case lost
        /// A part of it did.
        case torn
        /// All of it did, and nobody was told.
        case whole
    }

    mutating func write(_ record: Record) {
        if case .promised = record { promise = record }
        records.append(record)
    }

    /// The write that the power's loss interrupts. A promise goes to its own file first.
    mutating func breakOff(_ record: Record, _ how: Break, promiseIsFlushed: Bool) {
        if case .promised = record, promiseIsFlushed { promise = record }
        if how == .whole { records.append(record) }
    }

    /// What an agent that starts reads, and writes again as one checkpoint.
    mutating func open(reading plans: PlanReader) -> AgentState {
        var state = AgentState(records: records, reading: plans)
        if let promise { state.apply(promise, reading: plans) }
        records = [.checkpoint(state)]
        return state
    }
}
