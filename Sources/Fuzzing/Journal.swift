internal import AgentCore
internal import AgentRuntime
internal import Wire

extension FuzzTarget {
    /// The journal: `f`ile as it is; or lines of JSON to which the right sums are put (`s`), after a byte that says how
    /// much of the end is torn off.
    static let journal = FuzzTarget(
        "journal",
        readers: [
            "f": { bytes in
                guard let records = JournalFile.records(in: bytes) else { return }
                try demandKept(AgentState(records: records))
            },
            "s": { bytes in
                guard let torn = bytes.first else { return }
                var file = Array(JournalFile.header.utf8)
                var count = 0
                for line in bytes.dropFirst().split(separator: 10) {
                    file += JournalLine.sealed(Array(line))
                    count += 1
                }
                let records = JournalFile.records(in: file)
                if let records {
                    try demand(records.count == count, "a record is lost")
                    try demandKept(AgentState(records: records))
                }
                let rest = file.dropLast(Int(torn))
                guard let records, rest.count > JournalFile.header.utf8.count else { return }
                guard let fewer = JournalFile.records(in: Array(rest)) else {
                    throw Broken(description: "a journal is damaged by the loss of its end")
                }
                try demand(
                    fewer == Array(records.prefix(fewer.count)), "other records are read after a loss of the end")
                let whole = rest.count { $0 == 10 } - 1
                try demand(fewer.count >= whole, "a record is lost that is whole")
            },
        ])

    /// A state is rewritten as one checkpoint, and must come back from it.
    private static func demandKept(_ state: AgentState) throws {
        let line = try JournalLine.encode(.checkpoint(state))
        guard let record = JournalLine.decode(line.dropLast()) else {
            throw Broken(description: "a checkpoint cannot be read back")
        }
        try demand(AgentState(records: [record]) == state, "a checkpoint is not the state that was written")
    }
}
