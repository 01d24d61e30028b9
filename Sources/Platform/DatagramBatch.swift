import CLinux
import Glibc

/// Room for the datagrams of one round: their bytes, who sent them, and the socket's count of those that it dropped.
public struct DatagramBatch: ~Copyable {
    private let slot: Int
    private let bytes: ZeroedBuffer
    private var datagrams: [clinux_datagram]
    /// The datagrams of the last round.
    public private(set) var count = 0
    /// Datagrams that the kernel had dropped by the end of the last round that gave any, modulo 2^32.
    public private(set) var dropped: UInt32 = 0

    /// - Parameters:
    ///   - capacity: datagrams in a round, 1…128.
    ///   - slot: bytes for each; a longer one loses its end.
    public init(capacity: Int, slot: Int) throws(SystemError) {
        let capacity = min(max(capacity, 1), CLINUX_DATAGRAMS)
        self.slot = max(slot, 1)
        bytes = try ZeroedBuffer(count: capacity * self.slot)
        datagrams = [clinux_datagram](repeating: clinux_datagram(), count: capacity)
    }

    /// Whether the last round filled it, and the kernel may hold more.
    public var isFull: Bool { count == datagrams.count }

    /// Takes what waits in the kernel; none where none does. Does not block.
    public mutating func receive(from socket: DatagramSocket) throws(SystemError) {
        count = 0
        let result = unsafe bytes.withUnsafeBytes { room in
            unsafe clinux_receive_datagrams(
                socket.number, room.baseAddress, slot, &datagrams, UInt32(datagrams.count))
        }
        if result >= 0 {
            count = Int(result)
            // Once a round: with each datagram (SO_RXQ_OVFL) it would cost a copy from the kernel each.
            dropped = SocketQuery.drops(of: socket.number)
        } else {
            let code = errno
            guard code == EAGAIN || code == EINTR else {
                throw SystemError(call: "recvmmsg", errno: code, what: "cannot read from udp port \(socket.port)")
            }
        }
    }

    /// Each datagram of the last round, in the order in which they came.
    public func forEach(_ body: (PeerAddress, Span<UInt8>) -> Void) {
        for index in 0..<count {
            let start = index * slot
            let peer = PeerAddress(datagrams[index])
            bytes.withSpan(start..<start + Int(datagrams[index].length)) { body(peer, $0) }
        }
    }
}
