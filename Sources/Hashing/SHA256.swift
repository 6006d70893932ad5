private import Clibcrypto

/// An incremental SHA-256, from OpenSSL's libcrypto: fast also where the processor has no instructions for it, and a
/// few kilobytes of a static agent.
package struct SHA256 {
    /// Length of a digest, in bytes.
    package static let byteCount = 32

    private var context = SHA256_CTX()

    package init() {
        unsafe SHA256_Init(&context)
    }

    /// Takes in the next bytes of the message.
    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            _ = unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count)
        }
        if done == nil { update(Array(bytes)) }
    }

    /// The 32 bytes of the digest of all that was taken in. Consumes the state.
    package consuming func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        unsafe SHA256_Final(&digest, &context)
        return digest
    }

    /// The digest of `bytes` as 64 lower-case hexadecimal digits, the form checksum lists use.
    package static func hex(of bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize().hexadecimal
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal digits, two a byte.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
