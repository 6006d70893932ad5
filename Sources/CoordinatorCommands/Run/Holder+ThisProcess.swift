internal import Glibc
internal import Wire

extension Holder {
    /// This process, for other operators to read.
    static var thisProcess: Holder {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let machine = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let who = getenv("USER").map { String(cString: $0) } ?? "uid \(getuid())"
        return Holder(
            who: who.cleaned(limit: 60), machine: machine.cleaned(limit: 100), process: Int(getpid()),
            since: Int(time(nil)))
    }
}
