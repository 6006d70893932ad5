internal import Glibc
package import SystemPackage

/// Room on the file system that holds a path.
package struct FreeSpace: Sendable, Equatable {
    /// Bytes that can still be written without the reserve kept for root.
    package let bytes: Int64
    /// The file system's number: equal for paths on one disk.
    package let device: UInt64

    package init(bytes: Int64, device: UInt64 = 0) {
        self.bytes = bytes
        self.device = device
    }

    /// Measures at `path`, or at the nearest folder above it that exists.
    package init(at path: FilePath) throws(NodeError) {
        var place = path
        while try FileFacts(at: place, following: true) == nil, place.removeLastComponent() {}
        if place.isEmpty { place = FilePath(".") }
        var figures = statvfs()
        do throws(Errno) {
            _ = try systemCall { statvfs(place.string, &figures) }
            device = UInt64(try Stat(place).deviceID.rawValue)
        } catch {
            throw .file("measure the free space at", place, error)
        }
        bytes = Int64(clamping: UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize)).0)
    }

    /// Throws `diskFull`, before anything is written, unless `needed` bytes fit and `reserve` stay free.
    package func require(_ needed: Int64, reserve: Int64, at path: FilePath, for purpose: String) throws(NodeError) {
        guard bytes - reserve >= needed else {
            let total = (needed + reserve) >> 20
            throw NodeError(
                .diskFull, "no room for \(purpose) at \(path): \(bytes >> 20) MiB free, \(max(1, total)) MiB needed",
                wayOut: "free some space on the disk that holds \(path), then run the same command again")
        }
    }
}
