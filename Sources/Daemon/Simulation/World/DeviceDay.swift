internal import Anomalies
internal import Positioning

/// One made-up device's day: what arrives of it, and what is true of it.
struct DeviceDay: Sendable {
    var device: String
    var group: String
    /// By arrival.
    var reports: [SimulatedReport] = []
    var labels: [Label] = []
    /// How many days it is: what is a habit shows after some only.
    private(set) var count = 1

    private static let day_s = 86_400.0
    private static let daysOfHabit = 3
    /// Seconds between two reports, as devices are set to.
    private static let intervals_s = [1.0, 2, 5, 10, 15, 30, 60]
    /// Of those that report less while they stand, the most between two reports.
    private static let parkedInterval_s = 300.0
    /// What is not yet, or no longer, what a rule waits for.
    private static let nearlySilent_s = 500.0

    /// - Parameters:
    ///   - rule: whose case is put in; `nil`: an ordinary day.
    ///   - midnight: of the day, local.
    init(device: String, rule: RuleName? = nil, midnight: Timestamp, seed: UInt64) {
        self.device = device
        var random = SeededGenerator(seed: seed)
        let isBus = rule == .off_route || (rule == nil && Double.random(in: 0..<1, using: &random) < 0.15)
        group = isBus ? City.busGroup : City.staffGroup
        let mayPin = rule != .flapping
        var stream: StreamCase.Stream = []
        count = rule == .wrong_datum ? Self.daysOfHabit : 1
        for number in 0..<count {
            let midnight = midnight.advanced(bySeconds: Double(number) * Self.day_s)
            let day = WorkingDay(rule: rule, isBus: isBus, SeededGenerator(seed: random.next()))
            let said = Self.stream(of: day, midnight, mayPin: mayPin, &labels, &random)
            stream += said
            if let incident = day.incident {
                labels.append(
                    Label(
                        rule: incident.rule, from: midnight.advanced(bySeconds: incident.from_s),
                        to: midnight.advanced(bySeconds: incident.to_s), isInjected: true,
                        companions: incident.companions))
            }
            noteOrdinary(day, midnight)
        }
        if let rule { put(rule, into: &stream, midnight, &random) }
        guard let first = stream.first, let last = stream.last else { return }
        let batches = rule != .clock_skew && rule != .week_rollover && Double.random(in: 0..<1, using: &random) < 0.25
        var uplink = Uplink(batches: batches, over: first.sent...last.sent, random.next())
        reports = uplink.send(stream)
        // Others may be looked at for longer.
        noteSilence(stream, until: midnight.advanced(bySeconds: Double(Self.daysOfHabit) * Self.day_s))
    }

    private mutating func put(
        _ rule: RuleName, into stream: inout StreamCase.Stream, _ midnight: Timestamp, _ random: inout SeededGenerator
    ) {
        let hours =
            midnight.advanced(
                bySeconds: WorkingDay.hours_s.lowerBound)...midnight.advanced(
                bySeconds: WorkingDay.hours_s.upperBound)
        var unheard: [Label] = []
        var otherDay = SeededGenerator(seed: random.next())
        let other = Self.stream(
            of: WorkingDay(SeededGenerator(seed: random.next())), midnight, mayPin: false, &unheard, &otherDay)
        var streamCase = StreamCase(rule, other: other, random.next())
        if let label = streamCase.put(into: &stream, hours: hours) { labels.append(label) }
    }

    /// What the receiver says all day.
    private static func stream(
        of day: WorkingDay, _ midnight: Timestamp, mayPin: Bool, _ labels: inout [Label],
        _ random: inout SeededGenerator
    ) -> StreamCase.Stream {
        let legs = day.way.legs
        guard let first = legs.first, let last = legs.last else { return [] }
        let interval = intervals_s.randomElement(using: &random) ?? 10
        let parksSlowly = Double.random(in: 0..<1, using: &random) < 0.4
        var receiver = ReceiverModel(
            isPhone: Double.random(in: 0..<1, using: &random) < 0.5, mayPin: mayPin, random.next())
        let dies = Double.random(in: 0..<1, using: &random) < 0.1
        let end = dies ? Double.random(in: 15 * 3600...last.end_s, using: &random) : last.end_s
        let reboots = Double.random(in: 0..<1, using: &random) < 0.15
        var reboot = reboots ? Double.random(in: first.start_s...end, using: &random) : .infinity
        var stream: StreamCase.Stream = []
        stream.reserveCapacity(Int((end - first.start_s) / interval))
        var time = (first.start_s + Double.random(in: 0..<interval, using: &random)).rounded()
        var step = interval
        var index = 0
        while time < end {
            while index + 1 < legs.count, legs[index].end_s < time { index += 1 }
            let motion = legs[index].motion(at: time)
            let moment = midnight.advanced(bySeconds: time)
            stream.append(
                (receiver.report(at: moment, motion, legs[index].sky, step_s: step), moment))
            if receiver.lastWasSpike {
                labels.append(
                    Label(rule: .impossible_speed, from: moment, to: moment, companions: [.flapping]))
            }
            let isParked = parksSlowly && motion.speed_mps == 0 && time - legs[index].start_s > 300
            step = isParked ? min(interval * 10, parkedInterval_s) : interval
            time += step
            if time > reboot {
                reboot = .infinity
                receiver.restart()
                time += (40 + Double(random.next() % 110)).rounded()
            }
        }
        return stream
    }

    /// What ordinary days have, too.
    private mutating func noteOrdinary(_ day: WorkingDay, _ midnight: Timestamp) {
        func note(_ rule: RuleName, _ ranges: [ClosedRange<Double>]) {
            for range in ranges {
                labels.append(
                    Label(
                        rule: rule, from: midnight.advanced(bySeconds: range.lowerBound),
                        to: midnight.advanced(bySeconds: range.upperBound)))
            }
        }
        note(.idle, day.standsElsewhere)
        note(.flapping, day.standsAtBoundaries)
        if let arrived = day.arrived_s, arrived > WorkingDay.late_s - 60 {
            note(.not_arrived, [WorkingDay.late_s - 60...WorkingDay.hours_s.upperBound])
        }
    }

    private mutating func noteSilence(_ stream: StreamCase.Stream, until end: Timestamp) {
        let heard = reports.map(\.received) + [end]
        for (last, next) in zip(heard, heard.dropFirst()) where next.seconds(since: last) > Self.nearlySilent_s {
            labels.append(Label(rule: .silence, from: last, to: next))
        }
        var usable: Timestamp?
        for (report, sent) in stream where report.rejection == nil {
            if let usable, sent.seconds(since: usable) > Self.nearlySilent_s {
                labels.append(Label(rule: .no_position, from: usable, to: sent))
            }
            usable = sent
        }
    }
}
