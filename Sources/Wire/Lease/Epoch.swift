/// The fencing number of one life of one coordinator. Every start, resume and take-over makes a new one, and an agent
/// serves no epoch below the highest that it has promised.
package struct Epoch: Hashable, Sendable, Codable {
    /// Chosen one above the highest counter that any agent told.
    package let counter: UInt64
    /// Random, so that two coordinators that choose the same counter still have different epochs.
    package let process: UInt64

    /// How far above the highest it has promised an agent lets a counter be: more starts than a cluster sees, so that a
    /// node which is new to it is within reach, and far from all the counters there are.
    package static let longestStride: UInt64 = 1 << 32

    package init(counter: UInt64, process: UInt64) {
        self.counter = counter
        self.process = process
    }
}

extension Epoch: Comparable {
    package static func < (left: Epoch, right: Epoch) -> Bool {
        (left.counter, left.process) < (right.counter, right.process)
    }
}

extension Epoch: CustomStringConvertible {
    package var description: String { "\(counter).\(String(process, radix: 16))" }
}
