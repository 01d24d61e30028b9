internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
public import Platform
internal import Positioning

import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

/// Asks a running daemon how it fares.
public enum StatusClient {
    /// - Throws: ``StatusError``
    public static func report(from endpoint: Endpoint) async throws(StatusError) -> StatusReport {
        let body: [UInt8]
        do {
            body = try await get("/status", from: endpoint)
        } catch { throw .unreachable(endpoint, why: Self.reason(of: error)) }
        guard !body.isEmpty else {
            throw .unreachable(endpoint, why: "connected, but no answer within \(Limits.statusPatience_s) s")
        }
        do {
            return try JSONDecoder.ofStatus.decode(StatusReport.self, from: Data(body))
        } catch { throw .foreign(endpoint) }
    }

    /// The machine's words, without the library's around them.
    private static func reason(of error: any Error) -> String {
        let inner = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        guard let failure = inner as? IOError else { return "\(inner)" }
        return SystemError(call: "connect", errno: failure.errnoCode, what: "").reason
    }

    private static func get(_ path: String, from endpoint: Endpoint) async throws -> [UInt8] {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(Limits.statusPatience_s))
            .connect(host: endpoint.address, port: Int(endpoint.port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(Limits.statusPatience_s)))
                    try pipeline.addHandler(CloseWhenIdle())
                    try pipeline.addHandler(
                        NIOHTTPClientResponseAggregator(maxContentLength: Limits.statusBytes))
                    return try NIOAsyncChannel<NIOHTTPClientResponseFull, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let headers = HTTPHeaders([("host", "\(endpoint)"), ("connection", "close")])
            // At once: the head alone may be answered, and the connection closed, before the end is written.
            try await outbound.write(contentsOf: [
                .head(HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)), .end(nil),
            ])
            for try await response in inbound { return response.body.map { Array($0.readableBytesView) } ?? [] }
            return []
        }
    }
}

/// Whoever does not answer is not waited for.
private final class CloseWhenIdle: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}

/// Why a daemon did not say how it fares.
public enum StatusError: Error, Sendable, CustomStringConvertible {
    case unreachable(Endpoint, why: String)
    case foreign(Endpoint)

    public var description: String {
        switch self {
        case .unreachable(let endpoint, let why):
            "no geofenced answers at \(endpoint) (\(why)): start it (`systemctl start geofenced`), or name where it serves its metrics with --config or --metrics"
        case .foreign(let endpoint):
            "what answers at \(endpoint) is no geofenced of this version: give the daemon a `metrics` address of its own"
        }
    }
}

extension StatusReport {
    /// As `/status` answers it: one object, its keys in snake case.
    public var json: String {
        get throws { String(decoding: try JSONEncoder.ofStatus.encode(self), as: UTF8.self) }
    }
}

extension JSONEncoder {
    fileprivate static var ofStatus: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension JSONDecoder {
    fileprivate static var ofStatus: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
