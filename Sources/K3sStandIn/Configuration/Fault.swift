/// A way to misbehave, from a `fault=NAME[@VERSION]` line. One bound to a version takes hold in that version only.
enum Fault: Hashable, Sendable {
    /// The program says why and exits with status 1.
    case wontStart
    /// It never becomes ready and never answers.
    case startHangs
    /// Its kubelet runs the new version but never reports Ready.
    case neverReady
    /// Its kubelet reports NotReady that many seconds after it started.
    case notReady(afterSeconds: Int)
    /// `etcd-snapshot save` exits 0 and writes nothing.
    case snapshotLies
    /// `etcd-snapshot save` leaves a `.part` file and fails.
    case snapshotPart
    /// `etcd-snapshot save` succeeds, but a byte of the file is wrong.
    case snapshotCorrupt
    /// Pods of one workload crash-loop on this node.
    case crashLoop
    /// A flag that this version no longer knows; a start with it is fatal.
    case removedFlag(String)

    /// The fault of that name; nil if there is none.
    init?(name: String) {
        switch name {
        case "wont-start": self = .wontStart
        case "start-hangs": self = .startHangs
        case "never-ready": self = .neverReady
        case "snapshot-lies": self = .snapshotLies
        case "snapshot-part": self = .snapshotPart
        case "snapshot-corrupt": self = .snapshotCorrupt
        case "crash-loop-pod": self = .crashLoop
        default:
            let (after, removed) = ("notready-after-", "removed-flag:--")
            if name.hasPrefix(after), name.hasSuffix("s"), let seconds = Int(name.dropFirst(after.count).dropLast()) {
                self = .notReady(afterSeconds: seconds)
            } else if name.hasPrefix(removed), name.count > removed.count {
                self = .removedFlag(String(name.dropFirst(removed.count)))
            } else {
                return nil
            }
        }
    }
}
