import Testing

@testable import Hashing

/// Vectors from FIPS 180-4's examples.
@Suite struct SHA256Tests {
    @Test func ofNothing() {
        #expect(SHA256.hex(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func ofOneBlock() {
        #expect(
            SHA256.hex(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func piecesEqualTheWhole() {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var pieces = SHA256()
        for start in stride(from: 0, to: message.count, by: 61) {
            pieces.update(message[start..<min(start + 61, message.count)])
        }
        #expect(pieces.finalize().hexadecimal == SHA256.hex(of: message))
    }
}
