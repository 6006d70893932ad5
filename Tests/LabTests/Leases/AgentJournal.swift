import AgentCore
import FoundationEssentials
import LabSupport
import SystemPackage

/// An agent's journal as it lies on a host's disk: the checkpoint of its start, and a record a line after it.
struct AgentJournal {
    let records: [AgentCore.Record]
    /// Of the lines after the checkpoint, in bytes.
    let sizes: [Int]

    init(of host: String, in lab: Lab) async throws {
        let lines = try await lab.read(FilePath(SystemCallTrace.journal), on: host).split(separator: 10).dropFirst()
        // The sum and a blank stand before the record.
        records = try lines.map { try JSONDecoder().decode(AgentCore.Record.self, from: Data($0.dropFirst(33))) }
        sizes = lines.dropFirst().map { $0.count + 1 }
    }

    /// After the checkpoint, and after each of the records.
    var states: [AgentState] {
        var state = AgentState()
        return records.map { record in
            state.apply(record)
            return state
        }
    }
}
