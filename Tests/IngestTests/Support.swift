import Foundation
import Glibc
import Ingest
import Platform
import Positioning
import Protocols
import Synchronization
import Testing

/// Asks again and again until it holds or the time is over.
func eventually(within wait: Duration = .seconds(60), _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = MonotonicTime.now + wait
    while true {
        if try condition() { return true }
        if deadline < MonotonicTime.now { return false }
        pause(for: .microseconds(500))
    }
}

/// All that a source needs, and what it said.
final class Bench: Sendable {
    let inlet: Inlet
    let counters = SourceCounters()
    private let identity: IdentityRules
    private let makeDecoder: @Sendable () -> any FixDecoder
    private let words = Mutex<[String]>([])

    init(
        capacity: Int = 100_000, identity: IdentityRules = IdentityRules(),
        makeDecoder: @escaping @Sendable () -> any FixDecoder = { LineDecoder() }
    ) {
        self.makeDecoder = makeDecoder
        inlet = Inlet(capacity: capacity)
        self.identity = identity
    }

    var wiring: SourceWiring {
        SourceWiring(
            source: 3, inlet: inlet, identity: identity, makeDecoder: makeDecoder, counters: counters,
            log: { level, text in self.words.withLock { $0.append("\(level) \(text)") } })
    }

    var log: [String] { words.withLock { $0 } }

    var totals: SourceTotals { counters.snapshot() }

    /// So many arrivals, or those that came in time.
    func take(_ count: Int, within wait: Duration = .seconds(60)) -> [Arrival] {
        let deadline = MonotonicTime.now + wait
        var arrivals: [Arrival] = []
        while arrivals.count < count, MonotonicTime.now < deadline {
            arrivals += inlet.receive(atMost: count - arrivals.count, orWait: .milliseconds(20)) ?? []
        }
        return arrivals
    }

    /// What is in the inlet, without a wait.
    func rest() -> [Arrival] {
        var rest: [Arrival] = []
        while let some = inlet.receive(atMost: .max, orWait: .zero), !some.isEmpty { rest += some }
        return rest
    }
}

/// A TCP client of this machine.
struct Client: ~Copyable {
    let descriptor: Descriptor

    init(port: UInt16, host: String = "127.0.0.1") throws {
        let connected = try Self.connect(host, port)
        descriptor = connected
    }

    /// By getaddrinfo(3), which knows both kinds of address.
    private static func connect(_ host: String, _ port: UInt16) throws -> Descriptor {
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, "\(port)", nil, &found) == 0, let target = unsafe found else {
            throw SystemError(call: "getaddrinfo", errno: EINVAL, what: "client")
        }
        defer { unsafe freeaddrinfo(target) }
        let family = unsafe target.pointee.ai_family
        let made = Descriptor(
            owning: try checked("socket", "client") { socket(family, Int32(SOCK_STREAM.rawValue), 0) })
        let number = made.number
        try checked("connect", "client") {
            unsafe Glibc.connect(number, target.pointee.ai_addr, target.pointee.ai_addrlen)
        }
        return made
    }

    /// - Returns: `false` where the peer has closed.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = unsafe Glibc.send(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            if count <= 0 { return false }
            bytes.removeFirst(count)
        }
        return true
    }

    /// Sends what goes without a wait.
    /// - Returns: bytes sent; `nil` where the kernel takes no more now.
    func sendNow(_ bytes: [UInt8]) -> Int? {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = unsafe Glibc.send(descriptor.number, bytes, bytes.count, flags)
        return count < 0 ? nil : count
    }

    /// Whether the peer has closed: waits for it.
    func isClosedByPeer(within wait: Duration = .seconds(60)) -> Bool {
        eventually(within: wait) {
            var byte: UInt8 = 0
            let count = unsafe recv(descriptor.number, &byte, 1, Int32(MSG_DONTWAIT))
            return count == 0 || (count < 0 && errno != EAGAIN)
        }
    }
}

/// A folder of its own, gone at the end.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array("\(folder)/geofenced-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", errno: errno, what: "test") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { _ = unsafe system("rm -rf '\(path)'") }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = Descriptor(
            owning: try checked("open", name) { unsafe open("\(path)/\(name)", O_CREAT | O_WRONLY | O_TRUNC, 0o600) })
        var start = 0
        while start < bytes.count {
            let piece = Array(bytes[start..<min(bytes.count, start + 1 << 20)])
            let number = file.number
            start += try checked("write", name) { unsafe write(number, piece, piece.count) }
        }
        return "\(path)/\(name)"
    }
}
