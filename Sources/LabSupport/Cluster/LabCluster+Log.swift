import FoundationEssentials
import SystemPackage

extension LabCluster {
    /// What the stand-in logged on all hosts that are on, in the order of time.
    ///
    /// - Throws: `commandFailed` if a log cannot be read; `labFailed` if a host is off.
    package func events() async throws(LabError) -> [StandInEvent] {
        var events: [StandInEvent] = []
        for host in lab.hosts { events += try await self.events(on: host.name) }
        return events.sorted { $0.boottime < $1.boottime }
    }

    package func events(on host: String) async throws(LabError) -> [StandInEvent] {
        let text = try await lab.text(of: "/var/log/k3s-standin.log", on: host)
        var events: [StandInEvent] = []
        for line in text.split(separator: "\n") {
            do {
                events.append(try JSONDecoder().decode(StandInEvent.self, from: Data(line.utf8)))
            } catch {
                throw LabError(.commandFailed, "the stand-in's log on \(host) has a line '\(line)'", cause: "\(error)")
            }
        }
        return events
    }

    /// The hosts that started this version, in the order of their first starts.
    package func startOrder(of version: String) async throws(LabError) -> [String] {
        var order: [String] = []
        for event in try await events() where event.event == "start" && event.version == version {
            if !order.contains(event.node) { order.append(event.node) }
        }
        return order
    }
}
