internal import Ingest
public import Platform
public import Positioning
import Synchronization

/// Made-up trackers on real sockets: each sends its reports as datagrams, at a steady rate.
public final class Simulator: Sendable {
    public struct Plan: Sendable {
        public var target: Endpoint
        public var devices: Int
        /// Reports a second that each device sends.
        public var rate_hz: Double
        /// Seconds of stream time for one second on the clock.
        public var speedUp: Double
        /// The time of the first fix.
        public var start: Timestamp
        /// Where the devices go.
        public var places: [Coordinate]
        public var seed: UInt64
        /// Names devices `PREFIX-1` and so on.
        public var prefix: String

        public init(
            target: Endpoint, devices: Int, rate_hz: Double, speedUp: Double = 1, start: Timestamp,
            places: [Coordinate], seed: UInt64 = 1, prefix: String = "sim"
        ) {
            self.target = target
            self.devices = devices
            self.rate_hz = rate_hz
            self.speedUp = speedUp
            self.start = start
            self.places = places
            self.seed = seed
            self.prefix = prefix
        }
    }

    private let plan: Plan
    private let socket: UDPSender
    private let isStopped = Atomic<Bool>(false)
    private let sent = Atomic<Int>(0)

    /// - Throws: `SystemError` where there is no way to the target.
    public init(_ plan: Plan) throws(SystemError) {
        self.plan = plan
        socket = try UDPSender(to: plan.target)
    }

    public var sentReports: Int { sent.load(ordering: .relaxed) }

    /// Ends ``run(for:copy:)`` soon.
    public func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Sends until the time is over, on the caller's thread, evenly spread over each interval.
    /// - Parameters:
    ///   - seconds: on the clock; `nil`: until ``stop()``.
    ///   - copy: given the bytes of each datagram that was sent.
    public func run(for seconds: Double? = nil, copy: ((_ bytes: [UInt8]) -> Void)? = nil) throws(SystemError) {
        var trackers = Self.trackers(plan)
        guard !trackers.isEmpty, plan.rate_hz > 0 else { return }
        let begin = MonotonicTime.now
        let interval = 1 / plan.rate_hz
        let step = interval * plan.speedUp
        var round = 0
        while !isStopped.load(ordering: .relaxed) {
            let due = Double(round) * interval
            if let seconds, due >= seconds { return }
            for index in trackers.indices {
                let share = due + interval * Double(index) / Double(trackers.count)
                wait(until: begin + .seconds(share))
                if isStopped.load(ordering: .relaxed) { return }
                let clock = Double(round) * step
                let bytes = trackers[index].report(
                    at: plan.start.advanced(bySeconds: clock), clock_s: clock, step_s: step)
                try socket.send(bytes)
                copy?(bytes)
                sent.wrappingAdd(1, ordering: .relaxed)
            }
            round += 1
        }
    }

    private static func trackers(_ plan: Plan) -> [SimulatedTracker] {
        var seeds = SeededGenerator(seed: plan.seed)
        return (0..<max(plan.devices, 0)).map {
            SimulatedTracker(device: "\(plan.prefix)-\($0 + 1)", places: plan.places, seed: seeds.next())
        }
    }

    private func wait(until moment: MonotonicTime) {
        let left = moment - MonotonicTime.now
        if left > .milliseconds(1) { pause(for: left) }
    }
}
