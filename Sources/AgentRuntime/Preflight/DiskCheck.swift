package import Wire

/// Whether all that a run writes on this node fits, summed up by disk.
package enum DiskCheck {
    /// Something that will be written.
    package struct Need: Sendable, Equatable {
        package let purpose: String
        package let bytes: Int64
        /// The number of the file system it goes to, and a path on it for the message.
        package let device: UInt64
        package let path: String

        package init(purpose: String, bytes: Int64, device: UInt64, path: String) {
            self.purpose = purpose
            self.bytes = bytes
            self.device = device
            self.path = path
        }
    }

    /// - Parameter free: bytes by device.
    /// - Parameter reserve: bytes that stay free on each.
    package static func findings(_ needs: [Need], free: [UInt64: Int64], reserve: Int64) -> [Finding] {
        Dictionary(grouping: needs, by: \.device).sorted { $0.key < $1.key }.compactMap { device, needs in
            let needed = needs.reduce(reserve) { $0 + $1.bytes }
            let room = free[device] ?? 0
            guard room < needed else { return nil }
            let what = needs.map { "\($0.purpose) \($0.bytes >> 20) MiB" }.joined(separator: ", ")
            return Finding(
                .refusal, code: "disk-room", about: needs[0].path,
                problem:
                    "\(room >> 20) MiB are free, \(needed >> 20) MiB are needed (\(what), reserve \(reserve >> 20) MiB)",
                wayOut: "free some space on the disk that holds \(needs[0].path)")
        }
    }
}
