import Csqlite
import FoundationEssentials
import Hashing
import Subprocess
import SystemPackage

public func exp() async throws {
    print(SHA256.hex(of: Array("abc".utf8)))
    print(String(cString: sqlite3_libversion()))
    let r = try await run(.path("/bin/echo"), arguments: ["hi"], output: .string(limit: 1000))
    print(r.standardOutput)
    print(String(decoding: try JSONEncoder().encode(["a": 1]), as: UTF8.self))
}
