internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import NIOPosix
public import Platform
internal import Positioning
public import ServiceLifecycle

/// Answers over HTTP how the daemon fares: `/metrics` for Prometheus, `/status` as JSON, `/health/live` and `/health/ready`.
///
/// It never stops the daemon: an address in use is told as a problem and tried again.
public final class MetricsServer: Service {
    private let endpoint: Endpoint
    private let status: DaemonStatus
    private let pipeline: Pipeline
    private let log: Logger

    /// - Parameters:
    ///   - endpoint: where to listen.
    ///   - pipeline: where it is said that this is not possible.
    public init(_ endpoint: Endpoint, status: DaemonStatus, pipeline: Pipeline, log: Logger) {
        self.endpoint = endpoint
        self.status = status
        self.pipeline = pipeline
        self.log = log
    }

    /// Until a graceful shutdown; then nobody is let in, and soon connections are cut, whatever their peers still wait for.
    ///
    /// Not cut at once: NIO ends the process over a connection that was let in just before, and is thrown away by who is cancelled
    /// before he has taken it (`NIOAsyncWriter`'s precondition).
    public func run() async throws {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.serve() }
            tasks.addTask {
                try? await gracefulShutdown()
                try? await Task.sleep(for: Limits.metricsFarewell)
            }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private func serve() async {
        var hasComplained = false
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                try await application().run()
            } catch {
                if !hasComplained {
                    log.warning(
                        "metrics cannot be served; tried again until it works",
                        metadata: ["metrics": "\(endpoint)", "why": "\(error)"])
                }
                hasComplained = true
                pipeline.raise("metrics", "cannot listen on \(endpoint): \(error)")
            }
            guard !Task.isShuttingDownGracefully else { return }
            try? await Task.sleep(for: .seconds(Limits.metricsRetry_s))
        }
    }

    private func application() -> Application<RouterResponder<BasicRequestContext>> {
        var quiet = log
        // Its own words on each start and connection are not the daemon's facts.
        quiet.logLevel = .critical
        return Application(
            responder: routes().buildResponder(),
            server: .http1(configuration: .init(idleTimeout: .seconds(Limits.metricsIdle_s))),
            configuration: ApplicationConfiguration(
                address: .hostname(endpoint.address, port: Int(endpoint.port)),
                availableConnectionsDelegate: MaximumAvailableConnections(Limits.metricsConnections, logger: quiet)),
            onServerRunning: { [pipeline, log, endpoint] _ in
                pipeline.clear("metrics")
                log.info("serving metrics", metadata: ["metrics": "http://\(endpoint)/metrics"])
            },
            eventLoopGroupProvider: .singleton, logger: quiet)
    }

    private func routes() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("metrics") { [status] _, _ in
            Self.answer(.ok, "text/plain; version=0.0.4; charset=utf-8", status.metrics)
        }
        router.get("status") { [status] _, _ in
            Self.answer(.ok, "application/json", try status.report().json + "\n")
        }
        router.get("health/live") { [status] _, _ in
            status.report().isLive
                ? Self.health(.ok, "live") : Self.health(.serviceUnavailable, "the pipeline hangs")
        }
        router.get("health/ready") { [status] _, _ in
            status.report().notReady.map { Self.health(.serviceUnavailable, $0) } ?? Self.health(.ok, "ready")
        }
        return router
    }

    private static func health(_ status: HTTPResponse.Status, _ text: String) -> Response {
        answer(status, "text/plain; charset=utf-8", text + "\n")
    }

    private static func answer(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
