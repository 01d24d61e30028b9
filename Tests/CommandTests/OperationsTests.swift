import Foundation
import Glibc
import Platform
import TestSupport
import Testing

/// What ops see of a daemon that runs: metrics, health, `geofenced status`, and the log.
@Suite(.serialized) struct OperationsTests {
    private let site: OperatedSite
    private var source: String { "source=\"udp 127.0.0.1:\(site.port)\"" }

    init() throws { site = try OperatedSite() }

    @Test func metricsAddUp() async throws {
        let daemon = try site.run()
        let before = try await site.samples()
        #expect(before["geofenced_events_total{type=\"enter\"}"] == 0, "a counter is there before it counts")
        #expect(before["geofenced_anomalies_raised_total{rule=\"silence\"}"] == 0)
        let sender = try site.sender()
        for step in 0..<120 { try sender.send(OperatedSite.sentence(step, status: step % 10 == 9 ? "V" : "A")) }
        try sender.send(Array("$GPRMC,broken*00\r\n".utf8))
        var samples = before
        try await eventually("all are decided") {
            samples = try await site.samples()
            return samples["geofenced_fixes_received_total{\(source)}"] == 120
                && samples["geofenced_events_total{type=\"enter\"}"] == 1
                && samples["geofenced_fixes_rejected_total{\(source),reason=\"void\"}"] == 12
        }
        #expect(samples["geofenced_fixes_accepted_total{\(source)}"] == 108)
        #expect(samples["geofenced_bad_frames_total{\(source),reason=\"bad_checksum\"}"] == 1)
        #expect(samples["geofenced_devices"] == 1 && samples["geofenced_fences"] == 2)
        #expect(samples["geofenced_ready"] == 1 && samples["geofenced_last_event_seq"] == 1)
        #expect((samples["geofenced_commit_duration_seconds_count"] ?? 0) > 0)
        #expect((samples["geofenced_store_bytes"] ?? 0) + (samples["geofenced_store_log_bytes"] ?? 0) > 0)
        #expect((samples["process_resident_memory_bytes"] ?? 0) > 1e6)
        let age = Date().timeIntervalSince1970 - (samples["process_start_time_seconds"] ?? 0)
        #expect((0..<3600).contains(age))
        #expect(try await site.get("/health/live").status == 200)
        #expect(try await site.get("/health/ready").text == "ready\n")
        #expect(try await site.get("/elsewhere").status == 404)
        #expect(daemon.end(SIGTERM) == 0)
        try expectNoCoordinates(in: daemon.errors)
    }

    /// At level info the log tells where nobody was: no number of it looks like a latitude or a longitude.
    private func expectNoCoordinates(in log: String) throws {
        let degrees = try Regex(#"(^|[^0-9:.])-?[0-9]{1,3}\.[0-9]{3,}"#)
        for line in log.split(separator: "\n") { #expect(!line.contains(degrees), "\(line)") }
    }

    @Test func statusTellsPeopleAndPrograms() throws {
        #expect(try Command(["status", "--config", site.configuration]).status == 69, "nothing runs")
        let daemon = try site.run()
        let people = try Command(["status", "--config", site.configuration])
        #expect(people.status == 0 && people.output.contains(": ready\n"), "\(people.output)\(people.errors)")
        #expect(people.output.contains("udp 127.0.0.1:\(site.port)"))
        let programs = try Command(["status", "--metrics", "127.0.0.1:\(site.metricsPort)", "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(programs.output.utf8)) as? [String: Any]
        #expect(object?["pid"] as? Int == Int(daemon.number) && object?["fences"] as? Int == 2)
        #expect(daemon.end(SIGTERM) == 0)
    }

    /// What is turned away at the intake is told there too.
    @Test func whatIsTurnedAwayIsTold() async throws {
        let tcp = try freePort(SOCK_STREAM)
        let text = try site.scratch.text(site.configuration)
        try site.scratch.write("\(text)\n  - tcp: 127.0.0.1:\(tcp)\nmax_connections: 1\n", to: "geofenced.yaml")
        let daemon = try site.run()
        let kept = try Connection(port: tcp)
        let refused = try Connection(port: tcp)
        kept.send(Array("$GPRMC,broken*00\r\n".utf8))
        let source = "source=\"tcp 127.0.0.1:\(tcp)\""
        var samples: [String: Double] = [:]
        try await eventually("one is refused, the other read") {
            samples = try await site.samples()
            return samples["geofenced_refused_connections_total{\(source)}"] == 1
                && samples["geofenced_bad_frames_total{\(source),reason=\"bad_checksum\"}"] == 1
        }
        for name in ["idle_connections", "evicted_sessions", "held_back", "unread_bytes"] {
            #expect(samples["geofenced_\(name)_total{\(source)}"] == 0, "\(name)")
        }
        let status = try Command(["status", "--config", site.configuration])
        #expect(status.output.contains("1 bad_checksum, 1 connections refused"), "\(status.output)")
        #expect(daemon.end(SIGTERM) == 0)
        refused.send([])
    }

    /// The second has another store: its metrics must wait, its fixes need not, and nobody takes the first for it.
    @Test func twoDaemonsAtOneMetricsAddress() throws {
        let first = try site.run()
        let other = try OperatedSite()
        let text = try other.scratch.text(other.configuration)
        try other.scratch.write(
            text.replacing("127.0.0.1:\(other.metricsPort)", with: "127.0.0.1:\(site.metricsPort)"),
            to: "geofenced.yaml")
        let second = try RunningCommand(["run", "--config", other.configuration], log: other.scratch.path + "/log")
        try eventually("it says so") { second.errors.contains("metrics cannot be served") }
        let status = try Command(["status", "--config", other.configuration])
        #expect(status.status == 69 && status.errors.contains("writes \(site.scratch.path)"), "\(status.errors)")
        #expect(first.end(SIGTERM) == 0)
        try eventually("it takes the address over") { second.errors.contains("serving metrics") }
        #expect(try Command(["status", "--config", other.configuration]).status == 0)
        #expect(second.end(SIGTERM) == 0)
    }

    /// A file-size limit is a disk that is full: nothing is kept, so it is not ready; it lives, and recovers.
    @Test func aFullDiskIsToldAndKillsNothing() async throws {
        let notify = try NotifySocket(site.scratch.path + "/notify")
        let daemon = try site.run(
            shell: "trap '' XFSZ; ulimit -Sf 600; export NOTIFY_SOCKET=\(notify.address) WATCHDOG_USEC=8000000")
        let sender = try site.sender()
        var step = 0
        try await eventually("the store is full") {
            for _ in 0..<200 {
                for device in 0..<10 { try sender.send(OperatedSite.sentence(step, device: "van-\(device)")) }
                step += 1
            }
            return try await site.get("/health/ready").status == 503
        }
        let reason = try await site.get("/health/ready").text
        #expect(reason.contains("cannot be written"), "\(reason)")
        #expect(try await site.get("/health/live").status == 200)
        #expect(try await site.samples()["geofenced_ready"] == 0)
        let status = try Command(["status", "--config", site.configuration])
        #expect(status.status == 69 && status.output.contains("not ready: "), "\(status)")
        try notify.drain()
        #expect(try notify.lines(until: "WATCHDOG=1") != nil, "it goes on trying, and that is progress")
        let room = Process()
        room.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
        room.arguments = ["--pid", "\(daemon.number)", "--fsize=unlimited"]
        try room.run()
        room.waitUntilExit()
        #expect(room.terminationStatus == 0)
        try await eventually("it is ready again") { try await site.get("/health/ready").status == 200 }
        #expect(try await site.samples()["geofenced_problem_start_time_seconds{subject=\"store\"}"] == nil)
        #expect(daemon.end(SIGTERM) == 0)
    }

    /// A peer that never ends its request holds up no stop.
    @Test func aHalfRequestHoldsNothingUp() throws {
        let daemon = try site.run()
        let peer = try checked("socket", "no socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        defer { close(peer) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = site.metricsPort.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = try unsafe withUnsafePointer(to: &address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { form in
                try checked("connect", "no peer") {
                    unsafe connect(peer, form, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        let half = Array("GET /metrics HTTP/1.1\r\nHost".utf8)
        #expect(unsafe half.withUnsafeBytes { unsafe write(peer, $0.baseAddress, $0.count) } == half.count)
        let begin = MonotonicTime.now
        #expect(daemon.end(SIGTERM) == 0)
        #expect(MonotonicTime.now - begin < .seconds(60))
    }

    @Test func checkWarnsOfMetricsForAll() throws {
        let text = try site.scratch.text(site.configuration)
        try site.scratch.write(text.replacing("metrics: 127.0.0.1", with: "metrics: 0.0.0.0"), to: "geofenced.yaml")
        let check = try Command(["check", "--config", site.configuration])
        #expect(check.status == 0 && check.errors.contains("without a password"), "\(check.errors)")
    }
}
