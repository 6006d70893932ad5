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
        try? await connection.executeThenClose { inbound, _ in
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
                    try await Self.send(response, to: connection.channel, for: request)
                    if !request.isKeepAlive { return }
                }
            }
        }
    }

    /// Returns when the network has taken all of the response: what is only buffered is lost when the connection is
    /// closed, and a file must stay open until it was sent.
    private static func send(_ response: Response, to channel: any Channel, for request: HTTPRequestHead) async throws {
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
        let head = HTTPResponseHead(version: request.version, status: status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if request.method != .HEAD { try await sendBody(response.body, to: channel) }
        try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
    }

    private static func sendBody(_ body: Response.Body, to channel: any Channel) async throws {
        switch body {
        case .bytes(let bytes): try await send(.byteBuffer(ByteBuffer(bytes: bytes)), to: channel)
        case .stream(let pieces):
            channel.flush()
            for await piece in pieces { try await send(.byteBuffer(ByteBuffer(bytes: piece)), to: channel) }
        case .file(let path, let size, let rate):
            let file = try open(path)
            defer { try? file.close() }
            // Slowed down, a file goes out in pieces of a twentieth of a second.
            let piece = rate.map { max(1, $0 / 20) } ?? max(1, size)
            for start in stride(from: 0, to: size, by: piece) {
                let region = FileRegion(fileHandle: file, readerIndex: start, endIndex: min(size, start + piece))
                try await send(.fileRegion(region), to: channel)
                if rate != nil { try await Task.sleep(for: .milliseconds(50)) }
            }
        }
    }

    private static func send(_ data: IOData, to channel: any Channel) async throws {
        try await channel.writeAndFlush(HTTPServerResponsePart.body(data)).get()
    }

    /// Opening a file of the lab's site blocks no longer than a look at its cached directory.
    private static func open(_ path: String) throws -> NIOFileHandle { try NIOFileHandle(_deprecatedPath: path) }
}

extension Request {
    fileprivate init(_ head: HTTPRequestHead, _ body: [UInt8]) {
        let fields = head.headers.map { ($0.name.lowercased(), $0.value) }
        self.init(
            method: head.method.rawValue, uri: head.uri,
            headers: Dictionary(fields, uniquingKeysWith: { "\($0), \($1)" }), body: body)
    }
}
