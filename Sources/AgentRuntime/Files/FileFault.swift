package import SystemPackage

extension NodeError.Code {
    /// The disk, or its quota, has no room left.
    package static let diskFull = Self(rawValue: "disk-full")
    package static let fileMissing = Self(rawValue: "file-missing")
    /// A file is larger than the limit it is read with.
    package static let fileTooLarge = Self(rawValue: "file-too-large")
    /// A symbolic link, a device, a folder where a plain file has to be.
    package static let fileNotPlain = Self(rawValue: "file-not-plain")
    package static let fileFailed = Self(rawValue: "file-failed")
}

extension NodeError {
    /// A file operation that the kernel refused; a full disk, a missing file and a link have codes of their own.
    package static func file(_ verb: String, _ path: FilePath, _ errno: Errno) -> NodeError {
        switch errno {
        case .noSpace, .diskQuotaExceeded:
            NodeError(
                .diskFull, "cannot \(verb) \(path)", cause: errno,
                wayOut: "free some space on the disk that holds it, then run the same command again")
        case .noSuchFileOrDirectory:
            NodeError(.fileMissing, "cannot \(verb) \(path)", cause: errno)
        case .tooManySymbolicLinkLevels:
            NodeError(
                .fileNotPlain, "cannot \(verb) \(path): it is a symbolic link, which is not followed here",
                wayOut: "put the file itself in its place")
        default:
            NodeError(.fileFailed, "cannot \(verb) \(path)", cause: errno)
        }
    }
}
