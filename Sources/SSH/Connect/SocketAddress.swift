import Glibc

/// An address of a host, ready to connect to.
struct SocketAddress: Sendable {
    let family: Int32
    let bytes: [UInt8]
    /// Numeric, with the port: `192.0.2.1:22`, `[2001:db8::1]:22`.
    let text: String

    /// All addresses of a host, in the system's order of preference, at most eight. Blocks as long as the resolver
    /// does, unless the host is a numeric address.
    static func resolve(_ host: String, port: Int, family: AddressFamily, numericOnly: Bool) -> Resolved {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family.number
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard result == 0 else {
            let reason = result == EAI_SYSTEM ? SSHError.errorText(errno) : unsafe String(cString: gai_strerror(result))
            return .failed(reason)
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next, addresses.count < 8 {
            if let address = unsafe SocketAddress(entry.pointee) { addresses.append(address) }
            unsafe next = unsafe entry.pointee.ai_next
        }
        return .addresses(addresses)
    }

    enum Resolved: Sendable {
        case addresses([SocketAddress])
        case failed(String)
    }

    private init?(_ info: addrinfo) {
        guard let address = unsafe info.ai_addr else { return nil }
        family = unsafe info.ai_family
        bytes = unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: 8)
        guard
            unsafe getnameinfo(
                address, info.ai_addrlen, &host, socklen_t(host.count), &port, socklen_t(port.count),
                NI_NUMERICHOST | NI_NUMERICSERV) == 0
        else { return nil }
        text = HostPort.text(host: Self.string(host), port: Int(Self.string(port)) ?? 0)
    }

    private static func string(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Which addresses of a host may be used: `AddressFamily` of ssh_config.
package enum AddressFamily: String, Sendable, Hashable {
    case any
    case ipv4 = "inet"
    case ipv6 = "inet6"

    var number: Int32 {
        switch self {
        case .any: AF_UNSPEC
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        }
    }
}
