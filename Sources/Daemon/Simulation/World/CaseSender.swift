public import Anomalies
internal import Ingest
public import Platform
public import Positioning
import Synchronization

/// Made-up devices' days in the made-up city, with cases of anomaly rules among them, on a real socket: each report is a
/// datagram of NMEA, sent when it would arrive.
public final class CaseSender: Sendable {
    public struct Plan: Sendable {
        public var target: Endpoint
        public var devices: Int
        /// By turns, each device has a case of one of them; every rule's last turn is followed by an ordinary day.
        public var rules: [RuleName]
        /// Seconds of stream time for one second on the clock.
        public var speedUp: Double
        /// The time of the first report.
        public var start: Timestamp
        public var seed: UInt64

        public init(
            target: Endpoint, devices: Int, rules: [RuleName], speedUp: Double, start: Timestamp, seed: UInt64
        ) {
            self.target = target
            self.devices = devices
            self.rules = rules
            self.speedUp = speedUp
            self.start = start
            self.seed = seed
        }
    }

    private struct Datagram: Sendable {
        var due: Timestamp
        var device: String
        var report: Report
    }

    private let plan: Plan
    private let datagrams: [Datagram]
    private let socket: UDPSender
    private let isStopped = Atomic<Bool>(false)
    private let sent = Atomic<Int>(0)

    /// Whether the sentences that it sends have what a rule's cases are about, and one device has them.
    public static func canSay(_ rule: RuleName) -> Bool { ![.mock, .device_alarm, .gathering].contains(rule) }

    /// The fences of the city, as the bytes of a file.
    public static var fences: [UInt8] { Array(City.geoJSON.utf8) }

    /// - Throws: `SystemError` where there is no way to the target.
    public init(_ plan: Plan) throws(SystemError) {
        self.plan = plan
        socket = try UDPSender(to: plan.target)
        datagrams = Self.datagrams(plan)
    }

    public var sentReports: Int { sent.load(ordering: .relaxed) }

    /// Ends ``run(for:copy:)`` soon.
    public func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Sends until the day or the time is over, on the caller's thread.
    /// - Parameters:
    ///   - seconds: on the clock.
    ///   - copy: given the bytes of each datagram that was sent.
    public func run(for seconds: Double, copy: (_ bytes: [UInt8]) -> Void) throws(SystemError) {
        guard let first = datagrams.first?.due else { return }
        let begin = MonotonicTime.now
        for datagram in datagrams {
            let due = datagram.due.seconds(since: first) / plan.speedUp
            if due >= seconds || isStopped.load(ordering: .relaxed) { return }
            let left = begin + .seconds(due) - MonotonicTime.now
            if left > .milliseconds(1) { pause(for: left) }
            let bytes = Self.sentences(datagram)
            try socket.send(bytes)
            copy(bytes)
            sent.wrappingAdd(1, ordering: .relaxed)
        }
    }

    private static func datagrams(_ plan: Plan) -> [Datagram] {
        var seeds = SeededGenerator(seed: plan.seed)
        let turns: [RuleName?] = plan.rules + [nil]
        let days = (0..<max(plan.devices, 0)).map { number in
            let rule = turns[number % turns.count]
            return DeviceDay(
                device: "sim-\(rule?.rawValue ?? "ordinary")-\(number + 1)", rule: rule, midnight: Evaluation.monday,
                seed: seeds.next())
        }
        guard let first = days.compactMap({ $0.reports.first?.received }).min() else { return [] }
        let shift = plan.start.seconds(since: first)
        let datagrams = days.flatMap { day in
            day.reports.map { arrival in
                var report = arrival.report
                report.time = report.time?.advanced(bySeconds: shift)
                return Datagram(due: arrival.received, device: day.device, report: report)
            }
        }
        // A tie keeps the order of arrival.
        return datagrams.indices.sorted { (datagrams[$0].due, $0) < (datagrams[$1].due, $1) }.map { datagrams[$0] }
    }

    private static func sentences(_ datagram: Datagram) -> [UInt8] {
        let report = datagram.report
        let measured = report.measurements
        let time = report.time ?? datagram.due
        guard let coordinate = report.coordinate else {
            return NMEASentences.voidRMCAndGGA(
                device: datagram.device, time: time, satellites: measured.satellites ?? 0)
        }
        let hdop = measured.hdop ?? (measured.accuracy_m ?? 5) / Measurements.metresPerHDOP
        return NMEASentences.rmcAndGGA(
            device: datagram.device, time: time, coordinate: coordinate, speed_mps: measured.speed_mps ?? 0,
            course_deg: measured.course_deg ?? 0, altitude_m: measured.altitude_m ?? 0, hdop: hdop,
            satellites: measured.satellites ?? 8)
    }
}
