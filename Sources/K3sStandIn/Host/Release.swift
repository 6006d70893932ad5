internal import Glibc
internal import Hashing

/// The version this file carries: a trailer behind the program, so that every release has a SHA-256 of its own.
///
/// Layout, from the end: 16 bytes of `magic`, 4 bytes little-endian length, the version, then (optional) padding.
struct Release: Equatable {
    static let magic = Array("K3S-STANDIN-REL\n".utf8)
    /// What a program without a trailer calls itself.
    static let unversioned = "v0.0.0+k3s0"

    let version: String

    /// The seven-character commit of K3s' version line is made up from the version.
    var commit: String { String(SHA256.hex(of: Array(version.utf8)).prefix(8)) }

    /// Both lines of `k3s --version`.
    var banner: String { "k3s version \(version) (\(commit))\ngo version go1.24.5" }

    /// A real K3s' Kubernetes numbers: `1` and `35` of `v1.35.1+k3s1`.
    var majorMinor: (String, String) {
        let parts = version.dropFirst().split(separator: ".")
        return parts.count > 1 ? (String(parts[0]), String(parts[1])) : ("0", "0")
    }

    /// The release this process was started from, read from its own file.
    static func ofThisProgram() -> Release {
        Release(version: (try? version(in: "/proc/self/exe")) ?? unversioned)
    }

    /// The version in a program's trailer; nil if it has none.
    static func version(in path: String) throws(FileError) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError("open", path) }
        defer { close(file) }
        let end = lseek(file, 0, SEEK_END)
        var tail = [UInt8](repeating: 0, count: min(512, max(0, end)))
        guard pread(file, &tail, tail.count, off_t(end - tail.count)) == tail.count else {
            throw FileError("read", path)
        }
        return version(inTail: tail)
    }

    static func version(inTail tail: [UInt8]) -> String? {
        guard tail.count > magic.count + 4, tail.suffix(magic.count).elementsEqual(magic) else { return nil }
        let lengthBytes = tail.dropLast(magic.count).suffix(4)
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard (1...128).contains(length), tail.count >= magic.count + 4 + length else { return nil }
        return String(decoding: tail.dropLast(magic.count + 4).suffix(length), as: UTF8.self)
    }

    static func trailer(version: String) -> [UInt8] {
        let text = Array(version.utf8)
        return text + (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + magic
    }

    /// A program's bytes with the trailer of `version`, in place of one it may have. `padding` bytes of zeros come
    /// before the trailer, to give releases the size a test wants.
    static func program(_ program: [UInt8], withVersion version: String, padding: Int) -> [UInt8] {
        var bare = program[...]
        if let old = Self.version(inTail: Array(program.suffix(512))) {
            bare = bare.dropLast(magic.count + 4 + old.utf8.count)
        }
        return bare + [UInt8](repeating: 0, count: padding) + trailer(version: version)
    }
}
