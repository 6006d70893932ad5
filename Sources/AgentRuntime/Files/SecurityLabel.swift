internal import Cxattr
internal import SystemPackage

/// SELinux' label of a file. A new file gets that of its folder; a k3s without its own is started in another domain,
/// where its containers fail (k3s-io/k3s#2263).
enum SecurityLabel {
    private static let attribute = "security.selinux"
    /// Labels have some fifty bytes.
    private static let limit = 4096

    /// Gives a file that is about to take another's place the label of that one, if it has any.
    static func carryOver(from path: FilePath, to file: FileDescriptor) throws(NodeError) {
        var label = [UInt8](repeating: 0, count: limit)
        let size: Int
        do throws(Errno) {
            size = try systemCall { getxattr(path.string, attribute, &label, label.count) }
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .noData, .notSupported: return
            default: throw .file("read the label of", path, error)
            }
        }
        var own = [UInt8](repeating: 0, count: limit)
        let ownSize = fgetxattr(file.rawValue, attribute, &own, own.count)
        if ownSize == size, own[..<size] == label[..<size] { return }
        do throws(Errno) {
            _ = try systemCall { fsetxattr(file.rawValue, attribute, label, size, 0) }
        } catch {
            // A file system whose labels come from its mount or from the policy.
            guard error != .notSupported else { return }
            throw .file("label", path, error)
        }
    }
}
