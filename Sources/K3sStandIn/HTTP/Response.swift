/// What an HTTP request is answered with.
struct Response: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Sent piece by piece until the stream ends.
        case stream(AsyncStream<[UInt8]>)
        /// A file as it is, as fast as the network takes it, or slowed down to so many bytes a second.
        case file(path: String, size: Int, bytesPerSecond: Int?)
    }

    var status = 200
    var contentType = "application/json"
    var headers: [(String, String)] = []
    var body: Body

    init(_ json: JSON, status: Int = 200) {
        self.status = status
        body = .bytes(json.bytes + [0x0A])
    }

    init(text: String, status: Int = 200) {
        (self.status, contentType, body) = (status, "text/plain; charset=utf-8", .bytes(Array(text.utf8)))
    }

    init(stream: AsyncStream<[UInt8]>) { body = .stream(stream) }

    init(_ error: APIError) {
        self.init(error.status, status: error.code)
        if let seconds = error.retryAfter { headers.append(("Retry-After", String(seconds))) }
    }
}
