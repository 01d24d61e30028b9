import Foundation
import Platform
import Store
import TestSupport
import Testing

/// The daemon, over a real socket: old receivers, and calls for help.
@Suite struct AlarmRunTests {
    private let scratch: Scratch
    private let endpoint: Endpoint
    private let configuration: String

    init() throws {
        scratch = try Scratch()
        endpoint = try #require(Endpoint(address: "127.0.0.1", port: try freePort()))
        try scratch.write(World.geoJSON(at: [0]), to: "fences/squares.geojson")
        try scratch.write("devices:\n  - id: \"860000000000001\"\n", to: "devices.yaml")
        configuration = try scratch.write(
            """
            store: geofenced.sqlite3
            events: events.ndjson
            fences: fences
            devices: devices.yaml
            unknown_devices: reject
            metrics: none
            sources: [{udp: "\(endpoint)"}]
            """, to: "geofenced.yaml")
    }

    /// An RMC as a tracker of the TK102 kind sends it, of a moment so many seconds ago.
    private static func sentence(_ imei: String, ago_s: Double, alarm: String = "") -> [UInt8] {
        let format = DateFormatter()
        format.timeZone = TimeZone(identifier: "UTC")
        format.locale = Locale(identifier: "en_US_POSIX")
        let moment = Date(timeIntervalSinceNow: -ago_s)
        format.dateFormat = "HHmmss"
        let time = format.string(from: moment)
        format.dateFormat = "ddMMyy"
        let body = "GPRMC,\(time),A,3954.5220,N,11623.8500,E,0.0,0.0,\(format.string(from: moment)),,,A"
        let sum = String(body.utf8.reduce(0, ^), radix: 16, uppercase: true)
        return Array("$\(body)*\(sum.count < 2 ? "0" + sum : sum),F,\(alarm),imei:\(imei),05,264.5,F:3.79V\r\n".utf8)
    }

    @Test func anOldReceiverAndAStrangersCall() throws {
        let cycle_s = 619_315_200.0
        let daemon = try RunningCommand(["run", "--config", configuration], log: scratch.path + "/log")
        let sender = try UDPSender(to: endpoint)
        let (own, stranger) = ("860000000000001", "860000000000002")
        try eventually("the date is corrected, and the stranger heard") {
            try sender.send(Self.sentence(own, ago_s: cycle_s + 5))
            try sender.send(Self.sentence(stranger, ago_s: 5, alarm: "help me!"))
            let events = (try? scratch.text(scratch.path + "/events.ndjson")) ?? ""
            return events.contains("week_rollover") && events.contains("device_alarm")
        }
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        let events = try Command(["events", "--store", scratch.store, "--rule", "device_alarm"])
        #expect(events.lines.count == 1, "what goes on is told once: \(events.output)")
        #expect(events.output.contains(#""id":"\#(stranger)/device_alarm/sos/"#))
        #expect(events.output.contains(#""evidence":{"alarm":"sos""#))
        let track = ["track", "--store", scratch.store, "--device", own, "--format"]
        let csv = try Command(track + ["csv"])
        #expect(csv.lines.first?.hasSuffix(",weeks_added") == true)
        #expect(csv.lines.count > 1 && csv.lines.dropFirst().allSatisfy { $0.hasSuffix(",1024") }, "\(csv.output)")
        #expect(try Command(track + ["geojson"]).output.contains(#""weeks_added":{"0":1024"#))
        #expect(try Command(["track", "--store", scratch.store, "--device", stranger]).status == 66)
        let verified = try Command(["verify", "--config", configuration])
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }
}
