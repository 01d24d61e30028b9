import Foundation
import GRDB
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// A real daemon under floods: its memory is read from the kernel, its tables from the store.
@Suite(.serialized) struct FloodTests {
    /// Bytes that a daemon may take for each device of `max_devices`, each connection, and for itself: what the README says.
    private static let perDevice = 10_240
    private static let perConnection = 16_384
    private static let ofItself = 200 << 20

    private final class Site {
        let scratch: Scratch
        let udp: UInt16
        let tcp: UInt16
        let daemon: RunningCommand
        private let sender: UDPSender
        private var sent = 0

        init(_ settings: String) throws {
            scratch = try Scratch()
            (udp, tcp) = (try freePort(), try freePort())
            try scratch.write(World.geoJSON(at: [0]), to: "fences/squares.geojson")
            try scratch.write(
                """
                store: geofenced.sqlite3
                events: events.ndjson
                fences: fences
                metrics: none
                \(settings)
                sources: [{udp: "127.0.0.1:\(udp)"}, {tcp: "127.0.0.1:\(tcp)"}]
                """, to: "geofenced.yaml")
            daemon = try RunningCommand(
                ["run", "--config", scratch.path + "/geofenced.yaml"], log: scratch.path + "/log")
            sender = try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: udp)))
        }

        /// No faster than it reads, so that the kernel has nothing to drop: this is about memory.
        func send(_ datagram: [UInt8]) throws {
            try sender.send(datagram)
            sent += 1
            if sent % 500 == 0 { try eventually("it reads") { try waiting() < 1 << 20 } }
        }

        /// Bytes that wait in the kernel for the UDP port.
        private func waiting() throws -> Int {
            let table = try kernelText("/proc/net/udp")
            let line = table.split(separator: "\n").first {
                $0.contains(String(format: ":%04X 00000000:0000", Int(udp)))
            }
            let queues = line?.split(separator: " ").dropFirst(4).first?.split(separator: ":")
            return queues?.last.flatMap { Int($0, radix: 16) } ?? 0
        }

        func rejected() throws -> [String: Int] {
            try DatabaseQueue(path: scratch.store).read { db in
                let rows = try Row.fetchAll(db, sql: "SELECT device, sum(count) FROM rejected GROUP BY device")
                return Dictionary(rows.map { ($0[0] as String, $0[1] as Int) }, uniquingKeysWith: +)
            }
        }

        func fixes(of device: String) throws -> Int {
            var count = 0
            _ = try StoreReader(path: scratch.store).track(device: device, from: nil, to: nil) { _ in count += 1 }
            return count
        }

        func devices() throws -> Int {
            try DatabaseQueue(path: scratch.store).read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM device") ?? 0
            }
        }
    }

    private static func sentence(_ body: String) -> String {
        body + String(format: "*%02X\r\n", body.utf8.dropFirst().reduce(0, ^))
    }

    private static func fix(_ second: Int) -> String {
        let clock = String(format: "01%02d%02d", second / 60 % 60, second % 60)
        return sentence("$GPRMC,\(clock),A,3954.5220,N,11623.8500,E,0.0,0.0,020326,,,A")
    }

    /// As a TAG block, a prefix and a suffix.
    private static func named(_ name: String, _ form: Int, _ line: String) -> [UInt8] {
        switch form % 3 {
        case 0:
            let tag = "s:\(name)"
            return Array(("\\" + tag + String(format: "*%02X\\", tag.utf8.reduce(0, ^)) + line).utf8)
        case 1: return Array("\(name),\(line)".utf8)
        default: return Array((line.dropLast() + ",\(name)\r\n").utf8)
        }
    }

    /// Ten thousand made-up devices, by UDP and by TCP, half of them without a fix, where a thousand may be: the honest
    /// one goes on, memory and tables stay bounded, and the log has one line of it.
    @Test func madeUpDevicesStayWithinTheBound() throws {
        let site = try Site("max_devices: 1000")
        try site.send(Self.named("honest-1", 0, Self.fix(0)))
        try eventually("the honest one is known") { try site.devices() == 1 }
        let hub = try Connection(port: site.tcp)
        let rounds = 5000
        for number in 0..<rounds {
            let line = number % 2 == 0 ? Self.fix(1) : Self.sentence("$GPRMC,010001,V,,,,,,,020326,,,N")
            try site.send(Self.named("udp-\(number)", number, line))
            hub.send(Self.named("tcp-\(number)", number, line))
            if number % 100 == 0 { try site.send(Self.named("honest-1", 0, Self.fix(1 + number / 100))) }
        }
        try eventually("the honest one's fixes are there") {
            try site.fixes(of: "honest-1") == rounds / 100 + 1
        }
        let peak = try site.daemon.peakMemory()
        #expect(site.daemon.end(SIGTERM) == 0)
        let counted = "fixes=\(999 + rounds / 100 + 1) last_seq=1 rejected=\(2 * rounds - 999)"
        #expect(site.daemon.errors.contains(counted), "\(counted): \(site.daemon.errors)")
        #expect(try site.devices() == 1000)
        let track = try Command(["track", "--store", site.scratch.store, "--device", "honest-1", "--format", "csv"])
        #expect(track.lines.count == 1 + rounds / 100 + 1)
        let rejected = try site.rejected()
        #expect(rejected.count == 1000 + 1 && rejected["*"] ?? 0 > 0)
        #expect(site.daemon.errors.split(separator: "\n").count { $0.contains("max_devices") } == 1)
        #expect(site.daemon.errors.split(separator: "\n").count < 15, "\(site.daemon.errors)")
        let bound = Self.ofItself + 1000 * Self.perDevice
        #expect(peak < bound, "\(peak >> 20) MiB of \(bound >> 20)")
    }

    /// Peers of ten thousand addresses and ports, endless lines, half and giant frames, and junk, beside an honest tracker
    /// that loses nothing.
    @Test func junkHarmsNobody() throws {
        let site = try Site("max_devices: 1000")
        var random = SeededGenerator(seed: 5)
        let endless = try Connection(port: site.tcp)
        let half = try Connection(port: site.tcp)
        half.send(Array("$GPRMC,0100".utf8))
        let target = try #require(Endpoint(address: "127.0.0.1", port: site.udp))
        for number in 0..<1000 {
            endless.send([UInt8](repeating: UInt8(ascii: "x"), count: 2000))
            let junk = (0..<Int.random(in: 1...1400, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            try site.send(junk)
            if number % 10 == 0 { try site.send([UInt8](repeating: UInt8(ascii: "$"), count: 60_000)) }
            if number % 3 == 0 { try UDPSender(to: target).send(Array("$GPGGA,0100".utf8)) }
            if number % 10 == 0 { try site.send(Self.named("honest-1", 0, "\r\n" + Self.fix(number / 10))) }
        }
        half.send(Array(Self.fix(0).utf8))
        try eventually("the honest ones' fixes are there") {
            try StoreReader(path: site.scratch.store).summary().fixes >= 101
        }
        let peak = try site.daemon.peakMemory()
        #expect(site.daemon.end(SIGTERM) == 0)
        #expect(site.daemon.errors.split(separator: "\n").count < 12, "\(site.daemon.errors)")
        let bound = Self.ofItself + 1000 * Self.perDevice
        #expect(peak < bound, "\(peak >> 20) MiB of \(bound >> 20)")
    }

    /// A thousand trackers that connect and say nothing, beside one that speaks (five thousand: `Benchmarks/flood`).
    @Test func idleConnectionsAreBorne() throws {
        let (count, own) = (1000, Machine.raiseDescriptorLimit())
        guard own > count + 200 else {
            print("skipped: this process may open \(own) files only")
            return
        }
        let site = try Site("max_connections: \(count + 1)")
        var idle: [Idle] = []
        for _ in 0..<count { idle.append(Idle(try Connection(port: site.tcp))) }
        let tracker = try Connection(port: site.tcp)
        tracker.send(Array(Self.fix(0).utf8))
        try eventually("the one that speaks is heard") {
            try StoreReader(path: site.scratch.store).summary().fixes == 1
        }
        let peak = try site.daemon.peakMemory()
        #expect(site.daemon.end(SIGTERM) == 0)
        let bound = Self.ofItself + count * Self.perConnection
        #expect(peak < bound, "\(peak >> 20) MiB of \(bound >> 20)")
        withExtendedLifetime(idle) {}
    }

    /// A connection that can be kept in an array.
    private final class Idle {
        private let connection: Connection
        init(_ connection: consuming Connection) { self.connection = connection }
    }
}
