import AgentCore
import FoundationEssentials
import LabSupport
import SystemPackage

/// An agent that stands still whenever a record of its journal has been flushed, until it is told what becomes of it.
/// So a strike falls right behind a record: it is durable, and nothing that rests on it was done or said yet.
///
/// strace does it, which answers the flush with SIGSTOP; the agent keeps its process id (`-D`), by which systemd hands
/// over the socket.
struct RecordStops {
    enum Order: String {
        /// Nothing stands still: the agent was just started.
        case none
        case goOn = "CONT"
        case die = "KILL"
    }

    let host: String
    let lab: Lab
    /// What all records so far add up to.
    private(set) var state: AgentState
    private var seen = 0

    private static let trace = "/var/log/agent.flushes"
    private static let dropIn: FilePath = "/etc/systemd/system/k3s-upgrade-agent.service.d/flushes.conf"

    /// Has the agent started so, now and after each of its deaths.
    init(on host: String, in lab: Lab) async throws {
        let unit = """
            [Service]
            ExecStart=
            ExecStart=/usr/bin/strace -D -f -A -o \(Self.trace) -P \(SystemCallTrace.journal) -e trace=fsync,fdatasync \
            -e inject=fsync,fdatasync:signal=SIGSTOP /usr/local/bin/k3s-upgrade-agent run
            RestartSec=100ms

            """
        try await lab.write(unit, to: Self.dropIn, on: host)
        try await lab.run(on: host, ["systemctl", "daemon-reload"]).checked()
        try await lab.run(on: host, ["systemctl", "restart", "k3s-upgrade-agent.service"]).checked()
        self.host = host
        self.lab = lab
        state = try await AgentJournal(of: host, in: lab).states.last ?? AgentState()
    }

    /// Gives the agent an order, and waits until it stands still again.
    ///
    /// - Returns: the record that it had flushed; nil if it wrote none for a while.
    mutating func next(after order: Order) async throws -> AgentCore.Record? {
        let script = """
            [ "$1" = none ] || systemctl kill --kill-whom=main --signal="$1" k3s-upgrade-agent.service
            for ((turn = 0; turn < 200; turn++)); do
                stops=$(grep -c -e '--- SIGSTOP {' \(Self.trace))
                [ "$stops" -le "$2" ] || exec tail -n 1 \(SystemCallTrace.journal)
                sleep 0.05
            done
            """
        let line = try await lab.run(on: host, ["bash", "-c", script, "stops", order.rawValue, "\(seen)"]).checked()
            .bytes
        guard !line.isEmpty else { return nil }
        // The sum and a blank stand before the record.
        let record = try JSONDecoder().decode(AgentCore.Record.self, from: Data(line.dropFirst(33)))
        state.apply(record)
        seen += 1
        return record
    }
}
