internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Sends single HTTP requests, each over a connection of its own and each with a deadline.
enum HTTPClient {
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]

        var json: JSON { (try? JSON(parsing: body)) ?? .null }
        var isGood: Bool { (200..<300).contains(status) }
    }

    /// No answer came: the connection was refused, broken, or too slow.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func send(
        _ method: String, _ endpoint: Endpoint, _ uri: String, bearer: String? = nil, body: JSON? = nil,
        contentType: String = "application/json", timeout: Duration = .seconds(5)
    ) async throws(Failure) -> Answer {
        var headers = HTTPHeaders([("Host", "\(endpoint.host):\(endpoint.port)"), ("Connection", "close")])
        if let bearer { headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        let bytes = body?.bytes ?? []
        if body != nil { headers.add(name: "Content-Type", value: contentType) }
        headers.add(name: "Content-Length", value: String(bytes.count))
        let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: uri, headers: headers)
        let promise = HTTPServer.group.next().makePromise(of: Answer.self)
        let limit = TimeAmount.milliseconds(Int64(timeout.wholeMilliseconds))
        let connection = ClientBootstrap(group: HTTPServer.group)
            .connectTimeout(limit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        AnswerCollector(head: head, body: bytes, limit: limit, promise: promise))
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
        connection.whenFailure { promise.fail($0) }
        do {
            return try await promise.futureResult.get()
        } catch {
            throw Failure(description: "\(method) \(endpoint)\(uri): \(error)")
        }
    }
}

/// Sends one request when the connection is there, and keeps its promise with the answer.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: [UInt8]
    private let limit: TimeAmount
    private let promise: EventLoopPromise<HTTPClient.Answer>
    private var status = 0
    private var received: [UInt8] = []
    private var deadline: Scheduled<Void>?

    init(head: HTTPRequestHead, body: [UInt8], limit: TimeAmount, promise: EventLoopPromise<HTTPClient.Answer>) {
        (self.head, self.body, self.limit, self.promise) = (head, body, limit, promise)
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let buffer):
            received.append(contentsOf: buffer.readableBytesView)
            if received.count > HTTPServer.bodyLimit { context.close(promise: nil) }
        case .end:
            promise.succeed(HTTPClient.Answer(status: status, body: received))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        // Without effect if the answer was complete.
        promise.fail(ChannelError.eof)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
