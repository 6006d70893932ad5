internal import Glibc

/// A file operation that failed: which one, on what, and the system's reason.
struct FileError: Error, CustomStringConvertible {
    let operation: String
    let path: String
    let code: Int32

    init(_ operation: String, _ path: String, code: Int32 = errno) {
        (self.operation, self.path, self.code) = (operation, path, code)
    }

    var description: String { "\(operation) \(path): \(String(cString: strerror(code)))" }
}
