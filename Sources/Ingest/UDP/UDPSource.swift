public import Platform
public import Positioning
import Synchronization

/// Trackers that send datagrams to a port: many sentences in one, half ones, many peers.
///
/// Each peer (address and port) has a decoder of its own. While the inlet is full nothing is read: the kernel holds what
/// comes, up to its buffer, and what it drops then is counted.
public final class UDPSource: Source {
    private struct Running {
        var socket: DatagramSocket
        var delivery: Delivery
        var wakeUp: WakeUp
        var thread: WorkerThread
    }

    private let endpoint: Endpoint
    private let wiring: SourceWiring
    private let sessions: Int
    private let handedOver: HandedOverSocket?
    private let running = Mutex<Running?>(nil)

    /// - Parameters:
    ///   - sessions: peers remembered at once.
    ///   - handedOver: a socket that is bound there already; `nil`: it binds one itself.
    public init(
        endpoint: Endpoint, wiring: SourceWiring, sessions: Int = Limits.udpSessions,
        handedOver: HandedOverSocket? = nil
    ) {
        self.endpoint = endpoint
        self.wiring = wiring
        self.sessions = sessions
        self.handedOver = handedOver
    }

    deinit { stop() }

    /// The port that it listens at; `nil` when not started.
    public var boundPort: UInt16? { running.withLock { $0?.socket.port } }

    public func start() throws(SourceError) {
        try running.withLock { running throws(SourceError) in
            guard running == nil else { throw .alreadyStarted }
            do throws(SystemError) {
                running = try launch()
            } catch {
                throw .listening("udp", endpoint, error)
            }
        }
    }

    public func stop() {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.delivery.stop()
        running.wakeUp.sound()
        running.thread.join()
    }

    private func open() throws(SystemError) -> DatagramSocket {
        if let handedOver, let socket = try DatagramSocket(handedOver, kernelBuffer: Limits.udpReceiveBuffer) {
            return socket
        }
        return try DatagramSocket(endpoint, kernelBuffer: Limits.udpReceiveBuffer)
    }

    private func launch() throws(SystemError) -> Running {
        let socket = try open()
        wiring.log(
            .info,
            "udp port \(socket.port): the kernel holds up to \(socket.kernelBuffer) bytes for it (with its overhead)")
        let delivery = Delivery(wiring)
        let wakeUp = try WakeUp()
        let thread = try WorkerThread(name: "udp \(socket.port)") { [wiring, sessions] in
            do {
                let loop = try UDPLoop(socket, wiring, delivery, wakeUp, sessions: sessions)
                loop.run()
            } catch {
                wiring.log(.warning, "udp port \(socket.port) is not read: \(error)")
            }
        }
        return Running(socket: socket, delivery: delivery, wakeUp: wakeUp, thread: thread)
    }
}
