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
    /// For people: who, from where, since when.
    var words: String {
        "\(who.cleaned(limit: 60)) on \(machine.cleaned(limit: 100)) (process \(process), since \(Moment.text(since)))"
    }
}

/// A moment for people, in UTC.
enum Moment {
    static func text(_ seconds: Int) -> String {
        var moment = time_t(seconds)
        var parts = tm()
        gmtime_r(&moment, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)) UTC"
    }
}
