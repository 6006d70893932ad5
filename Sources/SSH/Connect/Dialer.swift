import Glibc

/// Finds a host's addresses and connects to the first that answers.
///
/// libssh could do it, but it resolves names and connects in the loop's thread, and without blocking it never tries a
/// second address.
struct Dialer {
    let destination: Destination
    let loop: EventLoop
    let deadline: Deadline

    /// A connected, non-blocking socket with Nagle's algorithm off: it would cost a round trip for every small
    /// message. Called on the loop's thread.
    func dial() async throws(SSHError) -> Descriptor {
        let addresses = try await resolve()
        var failures: [String] = []
        var refused = true
        for (index, address) in addresses.enumerated() {
            // A silent address gets its share of the time that is left, and leaves the rest to the others.
            let share = deadline.remaining / (addresses.count - index)
            do {
                return try await connect(to: address, until: .after(share))
            } catch {
                switch error {
                case .errno(let number):
                    failures.append("\(address.text): \(SSHError.errorText(number))")
                    refused = refused && number == ECONNREFUSED
                case .silent:
                    failures.append("\(address.text): no answer within \(share.inSeconds)")
                    refused = false
                case .ended(let error): throw error
                }
            }
        }
        let cause = UntrustedText.cleaned(failures.joined(separator: "; "), limit: 1000)
        if deadline.hasPassed {
            throw SSHError(
                .timedOut, "\(destination.label) does not answer", cause: cause,
                wayOut: "check that the host is up, and the way to it: `ping \(destination.host)`")
        }
        throw SSHError(
            .unreachable, "\(destination.label) can't be reached", cause: cause,
            wayOut: refused
                ? "check that sshd runs there and listens on port \(destination.port)"
                : "check the address, and the routes and firewalls on the way")
    }

    private enum Failure: Error {
        case errno(Int32)
        case silent
        case ended(SSHError)
    }

    private func resolve() async throws(SSHError) -> [SocketAddress] {
        let (host, port, family) = (destination.host, destination.port, destination.addressFamily)
        var resolved = SocketAddress.resolve(host, port: port, family: family, numericOnly: true)
        if case .failed = resolved {
            resolved = try await loop.blocking("looking up \(UntrustedText.cleaned(host))", until: deadline) {
                SocketAddress.resolve(host, port: port, family: family, numericOnly: false)
            }
        }
        switch resolved {
        case .addresses(let addresses) where !addresses.isEmpty: return addresses
        case .addresses:
            throw SSHError(
                .hostNotFound, "\(destination.label) has no address that may be used",
                wayOut: "check AddressFamily in the SSH configuration")
        case .failed(let reason):
            throw SSHError(
                .hostNotFound, "the name of \(destination.label) is not known", cause: UntrustedText.cleaned(reason),
                wayOut: "check its spelling, or give its address as HostName in ~/.ssh/config")
        }
    }

    private func connect(to address: SocketAddress, until limit: Deadline) async throws(Failure) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = socket(address.family, kind, 0)
        guard number >= 0 else {
            guard errno == EAFNOSUPPORT else { throw .ended(SSHError.system("making a socket", errno)) }
            throw .errno(EAFNOSUPPORT)
        }
        let descriptor = Descriptor(owning: number)
        var on: Int32 = 1
        unsafe setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let result = unsafe address.bytes.withUnsafeBytes { bytes in
            unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress.map {
                unsafe Glibc.connect(number, $0, socklen_t(bytes.count))
            }
        }
        if result == 0 { return descriptor }
        guard errno == EINPROGRESS else { throw .errno(errno) }
        try await waitUntilWritable(descriptor, until: limit)
        var status: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &status, &length)
        guard status == 0 else { throw .errno(status) }
        return descriptor
    }

    private func waitUntilWritable(_ descriptor: Descriptor, until limit: Deadline) async throws(Failure) {
        let signal = Signal(loop: loop)
        let watch: EventLoop.Watch
        do throws(SSHError) {
            watch = try loop.watch(descriptor.number, for: .output) { _ in signal.notify() }
        } catch {
            throw .ended(error)
        }
        let wake = await signal.wait(until: limit)
        loop.unwatch(watch)
        switch wake {
        case .notified: return
        case .timedOut: throw .silent
        case .cancelled: throw .ended(SSHError.ended(.cancelled, "connecting to \(destination.label)"))
        }
    }
}
