internal import Glibc

/// The host's own addresses.
enum HostAddress {
    /// The first IPv4 address that is not a loopback one.
    static var first: String? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        var entry = list
        while let present = entry {
            entry = present.pointee.ifa_next
            guard let address = present.pointee.ifa_addr, Int32(address.pointee.sa_family) == AF_INET else { continue }
            guard present.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0,
                present.pointee.ifa_flags & UInt32(IFF_UP) != 0
            else { continue }
            var text = [UInt8](repeating: 0, count: Int(INET_ADDRSTRLEN))
            let isWritten = text.withUnsafeMutableBytes { bytes in
                address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    inet_ntop(
                        AF_INET, &address.pointee.sin_addr, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                        socklen_t(bytes.count)) != nil
                }
            }
            if isWritten { return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return nil
    }
}
