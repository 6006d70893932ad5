/// How a release gets onto a node once its binary is in place.
package enum InstallMethod: String, Sendable, Codable, CaseIterable {
    /// Through the official installer, with the arguments and environment recovered from the node's own unit.
    case installScript = "install-script"
    /// The binary alone; unit and environment are not touched.
    case binary
}

/// What a run may do, and how long.
package struct Policy: Hashable, Sendable, Codable {
    package var method: InstallMethod
    /// Workers disrupted at once, at most.
    package var maxUnavailable: Int
    /// For one worker's drain, in seconds.
    package var drainTimeout: Int
    /// For a server's control plane to come back, in seconds (the limit that the outage is reported against).
    package var controlPlaneLimit: Int
    /// For a gate to open, in seconds.
    package var gateTimeout: Int
    /// The operator's word that an external datastore has a backup.
    package var externalBackupTaken: Bool

    package init(
        method: InstallMethod = .installScript, maxUnavailable: Int = 1, drainTimeout: Int = 300,
        controlPlaneLimit: Int = 300, gateTimeout: Int = 300, externalBackupTaken: Bool = false
    ) {
        self.method = method
        self.maxUnavailable = maxUnavailable
        self.drainTimeout = drainTimeout
        self.controlPlaneLimit = controlPlaneLimit
        self.gateTimeout = gateTimeout
        self.externalBackupTaken = externalBackupTaken
    }

    /// How long a worker is held drained for its hand-over, in seconds: longer than any install may take, so that a
    /// server's agent which cannot see the coordinator gives nothing back under a running install.
    package var holdLimit: Int { drainTimeout + controlPlaneLimit + 600 }
}

extension Policy {
    /// What each of its times may be, in seconds. Whoever reckons with them rests on it.
    package static let times = 1...86_400
    package static let workersAtOnce = 1...100

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys, _ range: ClosedRange<Int>) throws -> Int {
            let number = try container.decode(Int.self, forKey: key)
            guard range.contains(number) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "is not from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        self.init(
            method: try container.decode(InstallMethod.self, forKey: .method),
            maxUnavailable: try number(.maxUnavailable, Self.workersAtOnce),
            drainTimeout: try number(.drainTimeout, Self.times),
            controlPlaneLimit: try number(.controlPlaneLimit, Self.times),
            gateTimeout: try number(.gateTimeout, Self.times),
            externalBackupTaken: try container.decode(Bool.self, forKey: .externalBackupTaken))
    }
}
