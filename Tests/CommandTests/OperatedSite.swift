import Foundation
import FoundationNetworking
import Platform
import TestSupport
import Testing

/// A daemon's files and ports, with metrics served.
struct OperatedSite {
    let scratch: Scratch
    let port: UInt16
    let metricsPort: UInt16
    var configuration: String { scratch.path + "/geofenced.yaml" }

    init() throws {
        scratch = try Scratch()
        port = try freePort()
        metricsPort = try freePort()
        try scratch.write(World.geoJSON(at: [0, 500]), to: "fences/squares.geojson")
        try scratch.write(
            """
            store: geofenced.sqlite3
            events: events.ndjson
            fences: fences
            metrics: 127.0.0.1:\(metricsPort)
            sources:
              - udp: 127.0.0.1:\(port)
            """, to: "geofenced.yaml")
    }

    /// - Parameter shell: what a shell does before it becomes the daemon.
    func run(shell: String? = nil) throws -> RunningCommand {
        let daemon = try RunningCommand(
            ["run", "--config", configuration], log: scratch.path + "/log-\(UUID().uuidString)", shell: shell)
        try eventually("metrics are served") { daemon.errors.contains("serving metrics") }
        return daemon
    }

    func sender() throws -> UDPSender { try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: port))) }

    /// One RMC sentence of the van, `step` seconds after the world's start; `status` V: without a fix.
    static func sentence(_ step: Int, status: String = "A", device: String = "van-1") -> [UInt8] {
        let clock = [1 + step / 3600, step / 60 % 60, step % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
        let body = "GPRMC,\(clock),\(status),3954.5220,N,11623.8500,E,0.0,0.0,020326,,"
        let tag = "s:\(device)"
        func checksum(_ text: String) -> String {
            let sum = String(text.utf8.reduce(0, ^), radix: 16, uppercase: true)
            return sum.count < 2 ? "0" + sum : sum
        }
        return Array("\\\(tag)*\(checksum(tag))\\$\(body)*\(checksum(body))\r\n".utf8)
    }

    /// What the daemon answers over HTTP.
    func get(_ path: String) async throws -> (status: Int, type: String, text: String) {
        let url = try #require(URL(string: "http://127.0.0.1:\(metricsPort)\(path)"))
        let (body, response) = try await URLSession.shared.data(from: url)
        let answer = try #require(response as? HTTPURLResponse)
        return (
            answer.statusCode, answer.value(forHTTPHeaderField: "Content-Type") ?? "",
            String(decoding: body, as: UTF8.self)
        )
    }

    /// The samples that are served now, checked against the format.
    func samples() async throws -> [String: Double] {
        let answer = try await get("/metrics")
        #expect(answer.status == 200 && answer.type.hasPrefix("text/plain; version=0.0.4"))
        return try ExpositionChecker.samples(of: answer.text)
    }
}
