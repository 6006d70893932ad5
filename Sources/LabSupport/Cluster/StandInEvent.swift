/// A line of the stand-in's own log: what K3s did and was asked to do, whatever our journals say.
package struct StandInEvent: Sendable, Hashable, Decodable {
    /// `start`, `ready`, `registered`, `stop`, `snapshot`, `cordon`, `uncordon`, `evict` and others.
    package let event: String
    package let version: String
    /// K3s' word: `server` or `agent`.
    package let role: String
    package let node: String
    /// Milliseconds since the machine's boot, which all hosts share.
    package let boottime: Int
    /// The node that was cordoned or uncordoned.
    package let target: String?
}
