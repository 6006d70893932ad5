internal import Glibc

/// What libFuzzer calls for each input. Which target it means is in the variable FUZZ_TARGET: one program has them all.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target = chosen else {
        complain("FUZZ_TARGET has to be one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        exit(2)
    }
    do {
        try target.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        complain("\(target.name): \(error)")
        // libFuzzer keeps the input of a process that aborts.
        abort()
    }
    return 0
}

private let chosen = getenv("FUZZ_TARGET").flatMap { FuzzTarget(named: String(cString: $0)) }

private func complain(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = write(2, line, line.count)
}
