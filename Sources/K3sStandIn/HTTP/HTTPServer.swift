internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A small HTTP/1.1 server: requests are collected whole, at most `bodyLimit` bytes each.
struct HTTPServer: Sendable {
    typealias Handler = @Sendable (Request) async -> Response
    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    static let bodyLimit = 32 << 20
    /// One thread moves all bytes of this program; what is done with them happens on the main actor.
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let handler: Handler

    /// Listens until the process ends. Port 0 takes a free one; the one taken is returned.
    func listen(host: String, port: Int) async throws -> Int {
        let server = try await ServerBootstrap(group: Self.group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        Task {
            do {
                try await withThrowingDiscardingTaskGroup { group in
                    try await server.executeThenClose { connections in
                        for try await connection in connections {
                            group.addTask { await self.serve(connection) }
                        }
                    }
                }
            } catch {
                Log.fatal("the HTTP server stopped: \(error)")
            }
        }
        return server.channel.localAddress?.port ?? port
    }

    @concurrent private func serve(_ connection: Connection) async {
        // A client that goes away in the middle is none of our business.
        try? await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            for try await part in inbound {
                switch part {
                case .head(let new):
                    (head, body) = (new, [])
                case .body(let buffer):
                    guard body.count + buffer.readableBytes <= Self.bodyLimit else { return }
                    body.append(contentsOf: buffer.readableBytesView)
                case .end:
                    guard let request = head else { return }
                    let response = await handler(Request(request, body))
                    try await Self.send(response, to: outbound, for: request)
                    if !request.isKeepAlive { return }
                }
            }
        }
    }

    private static func send(
        _ response: Response, to outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>,
        for request: HTTPRequestHead
    ) async throws {
        var headers = HTTPHeaders(response.headers)
        headers.add(name: "Content-Type", value: response.contentType)
        headers.add(name: "Cache-Control", value: "no-cache, private")
        if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
        switch response.body {
        case .bytes(let bytes): headers.add(name: "Content-Length", value: String(bytes.count))
        case .file(_, let size, _): headers.add(name: "Content-Length", value: String(size))
        case .stream: break
        }
        let status = HTTPResponseStatus(statusCode: response.status)
        try await outbound.write(.head(HTTPResponseHead(version: request.version, status: status, headers: headers)))
        if request.method != .HEAD { try await sendBody(response.body, to: outbound) }
        try await outbound.write(.end(nil))
    }

    private static func sendBody(
        _ body: Response.Body, to outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        switch body {
        case .bytes(let bytes):
            try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
        case .stream(let pieces):
            for await piece in pieces { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: piece)))) }
        case .file(let path, let size, let rate):
            // Slowed down, a file goes out in pieces of a twentieth of a second; otherwise as the client takes them.
            let piece = rate.map { max(1, $0 / 20) } ?? 1 << 18
            for start in stride(from: 0, to: size, by: piece) {
                let bytes = try Files.read(path, from: start, count: min(piece, size - start))
                try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
                if rate != nil { try await Task.sleep(for: .milliseconds(50)) }
            }
        }
    }
}

extension Request {
    fileprivate init(_ head: HTTPRequestHead, _ body: [UInt8]) {
        let fields = head.headers.map { ($0.name.lowercased(), $0.value) }
        self.init(
            method: head.method.rawValue, uri: head.uri,
            headers: Dictionary(fields, uniquingKeysWith: { "\($0), \($1)" }), body: body)
    }
}
