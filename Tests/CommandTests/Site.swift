import Foundation
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// A daemon's configuration and fences in a folder of its own.
struct Site {
    let scratch: Scratch
    let port: UInt16
    var configuration: String { scratch.path + "/geofenced.yaml" }

    /// - Parameter carrier: `udp` or `tcp`.
    init(carrier: String = "udp") throws {
        scratch = try Scratch()
        port = try freePort(carrier == "tcp" ? SOCK_STREAM : SOCK_DGRAM)
        try scratch.write(World.geoJSON(at: [0, 500, 1000, 1500], "\"dwell_s\":120"), to: "fences/squares.geojson")
        try scratch.write(
            """
            store: geofenced.sqlite3
            events: events.ndjson
            fences: fences
            metrics: none
            sources:
              - \(carrier): 127.0.0.1:\(port)
            """, to: "geofenced.yaml")
    }

    func run() throws -> RunningCommand {
        try RunningCommand(["run", "--config", configuration], log: scratch.path + "/log-\(UUID().uuidString)")
    }

    /// A recording of made-up trackers, in datagrams.
    func recording(devices: Int, rounds: Int, seed: Int) throws -> [[UInt8]] {
        let copy = scratch.path + "/stream.nmea"
        let run = try Command([
            "simulate", "--to", "udp://127.0.0.1:9", "--devices", "\(devices)", "--rate", "100", "--seconds",
            "\(Double(rounds) / 100)", "--speed-up", "500", "--start", "2026-03-02T01:00:00Z", "--fences",
            scratch.path + "/fences", "--seed", "\(seed)", "--copy", copy,
        ])
        #expect(run.status == 0, "\(run.errors)")
        let lines = Array(try Data(contentsOf: URL(fileURLWithPath: copy))).split(separator: UInt8(ascii: "\n"))
        return stride(from: 0, to: lines.count, by: 2).map { index in
            Array(lines[index]) + [10] + Array(lines[index + 1]) + [10]
        }
    }

    func replayed() throws -> [String] {
        try Command(["replay", "--fences", scratch.path + "/fences", scratch.path + "/stream.nmea"]).lines.map(
            String.init)
    }

    /// The event file's lines without `received`, which a recording lacks.
    func told() throws -> [String] {
        try scratch.text(scratch.events).split(separator: "\n").map { line in
            String(line).replacing(try Regex(#""received":"[^"]*","#), with: "")
        }
    }

    func fixes() throws -> Int { try StoreReader(path: scratch.store).summary().fixes }

    func send(_ datagrams: some Sequence<[UInt8]>) throws {
        let sender = try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: port)))
        for (index, datagram) in datagrams.enumerated() {
            try sender.send(datagram)
            // A tracker would not send faster; the kernel's buffer is what is left of its patience.
            if index % 50 == 49 { pause(for: .milliseconds(1)) }
        }
    }

    /// On a connection of its own, as fast as it is taken.
    func sendByTCP(_ reports: some Sequence<[UInt8]>) throws {
        let socket = try checked("socket", "no socket") { Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        try unsafe withUnsafePointer(to: &address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = try checked("connect", "no connection") {
                    unsafe connect(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var bytes = Array(reports.joined())[...]
        while !bytes.isEmpty {
            let sent = try checked("send", "the connection broke") {
                unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            }
            bytes = bytes.dropFirst(sent)
        }
    }
}
