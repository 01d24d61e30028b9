internal import Anomalies
internal import Fencing
internal import Positioning

/// One made-up device's day, or its working days in a row: what arrives of it, and what is true of it.
struct DeviceDay: Sendable {
    var device: String
    var group: String
    /// By arrival.
    var reports: [SimulatedReport] = []
    var labels: [Label] = []
    /// Where it changed sides of boundaries.
    private(set) var edges = Edges()
    /// How many working days it is.
    let count: Int
    /// Midnight before the last of them, …
    private(set) var midnight: Timestamp
    /// … and its way on that day.
    private(set) var legs: [Leg] = []
    /// When it was where it was asked to, on that day.
    private(set) var attended: ClosedRange<Timestamp>?
    /// From the first report to the last whose satellites a jammer took.
    private(set) var jammed: ClosedRange<Timestamp>?
    /// Midnight after the last of them.
    private(set) var end: Timestamp

    private static let day_s = 86_400.0
    /// A week: what is a habit shows in some days only.
    static let daysOfHabit = 5
    private static let daysOff = 2
    /// Places where one works in a week.
    private static let round = 6...10
    /// Seconds between two reports, as devices are set to.
    private static let intervals_s = [1.0, 2, 5, 10, 15, 30, 60]
    /// Of those that report less while they stand, the most between two reports.
    private static let parkedInterval_s = 300.0
    /// After which silence, and the lack of a position, is told of.
    private static let silence_s = 600.0

    /// - Parameters:
    ///   - rule: whose case is put in; `nil`: an ordinary day.
    ///   - isWeek: five working days, and the same places again and again; `wrong_datum` has no other cases.
    ///   - meeting: where it is asked to; who is asked is no bus.
    ///   - jammer: somewhere in the city, on the last day.
    ///   - midnight: of the first day, local.
    init(
        device: String, rule: RuleName? = nil, isWeek: Bool = false, meeting: Meeting? = nil, jammer: Jammer? = nil,
        midnight: Timestamp, seed: UInt64
    ) {
        self.device = device
        var random = SeededGenerator(seed: seed)
        let mayBeBus = rule == nil && meeting == nil
        let isBus = rule == .off_route || (mayBeBus && Double.random(in: 0..<1, using: &random) < 0.15)
        group = isBus ? City.busGroup : City.staffGroup
        let mayPin = rule != .flapping
        var stream: StreamCase.Stream = []
        count = isWeek || rule == .wrong_datum ? Self.daysOfHabit : 1
        var places = City.sites + City.customers
        if count > 1 { places = Array(places.shuffled(using: &random).prefix(.random(in: Self.round, using: &random))) }
        // Half of the cases: who drew the fences took them from such a map.
        let wronglyDrawn = rule == .wrong_datum && Bool.random(using: &random)
        if wronglyDrawn { places = StreamCase.really(places, in: Bool.random(using: &random) ? .gcj02 : .bd09) }
        (self.midnight, end) = (midnight, midnight)
        for number in 0..<count {
            let midnight = Self.workday(number, from: midnight)
            (self.midnight, end) = (midnight, midnight.advanced(bySeconds: Self.day_s))
            let day = WorkingDay(
                rule: rule, isBus: isBus, places: places, meeting: meeting, SeededGenerator(seed: random.next()))
            stream += Self.stream(of: day, midnight, mayPin: mayPin, &labels, &edges, &random)
            note(day, midnight)
            noteOrdinary(day, midnight)
        }
        jammed = jammer?.blind(&stream, on: legs, of: self.midnight)
        if let rule { put(rule, into: &stream, midnight, wronglyDrawn: wronglyDrawn, &random) }
        guard let first = stream.first, let last = stream.last else { return }
        let batches = rule != .clock_skew && rule != .week_rollover && Double.random(in: 0..<1, using: &random) < 0.25
        var uplink = Uplink(batches: batches, over: first.sent...last.sent, random.next())
        reports = uplink.send(stream)
        noteSilence(stream, midnight)
    }

    /// Midnight of a working day after the first; none is on Saturday or Sunday.
    private static func workday(_ number: Int, from first: Timestamp) -> Timestamp {
        let weekday = Int((first.seconds(since: Evaluation.monday) / day_s).rounded(.down)) % (daysOfHabit + daysOff)
        let weekends = (weekday + number) / daysOfHabit
        return first.advanced(bySeconds: Double(number + weekends * daysOff) * day_s)
    }

    private mutating func put(
        _ rule: RuleName, into stream: inout StreamCase.Stream, _ midnight: Timestamp, wronglyDrawn: Bool,
        _ random: inout SeededGenerator
    ) {
        let hours = Self.hours(of: midnight)
        var unheard: [Label] = []
        var unseen = Edges()
        var otherDay = SeededGenerator(seed: random.next())
        let way = SeededGenerator(seed: random.next())
        // It takes as long to make up as the device's own.
        let other =
            rule == .shared_identity
            ? Self.stream(of: WorkingDay(way), midnight, mayPin: false, &unheard, &unseen, &otherDay) : []
        var streamCase = StreamCase(rule, other: other, random.next())
        let label = wronglyDrawn ? streamCase.allDay(stream) : streamCase.put(into: &stream, hours: hours)
        if let label { labels.append(label) }
    }

    private static func hours(of midnight: Timestamp) -> ClosedRange<Timestamp> {
        let hours = WorkingDay.hours_s
        return midnight.advanced(bySeconds: hours.lowerBound)...midnight.advanced(bySeconds: hours.upperBound)
    }

    /// What the receiver says all day.
    private static func stream(
        of day: WorkingDay, _ midnight: Timestamp, mayPin: Bool, _ labels: inout [Label],
        _ edges: inout Edges, _ random: inout SeededGenerator
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
            let report = receiver.report(at: moment, motion, legs[index].sky, step_s: step)
            stream.append((report, moment))
            let isParked = parksSlowly && motion.speed_mps == 0 && time - legs[index].start_s > 300
            let before = step
            step = isParked ? min(interval * 10, parkedInterval_s) : interval
            if receiver.lastWasSpike {
                // There, back, and one more, before which it is not told whether it stays.
                labels.append(
                    Label(
                        rule: .impossible_speed, from: moment.advanced(bySeconds: -before),
                        to: moment.advanced(bySeconds: 2 * step)))
            }
            if let shown = report.coordinate {
                edges.note(
                    motion.spot, shown: Spot(shown), within: Limits.exitStrength * receiver.lastSigma_m, at: moment)
            }
            time += step
            if time > reboot {
                reboot = .infinity
                receiver.restart()
                time += (40 + Double(random.next() % 110)).rounded()
            }
        }
        return stream
    }

    /// Where it was, and what happened there.
    private mutating func note(_ day: WorkingDay, _ midnight: Timestamp) {
        func times(_ seconds: ClosedRange<Double>) -> ClosedRange<Timestamp> {
            midnight.advanced(bySeconds: seconds.lowerBound)...midnight.advanced(bySeconds: seconds.upperBound)
        }
        legs = day.way.legs
        attended = day.attended_s.map(times)
        guard let incident = day.incident else { return }
        labels.append(
            Label(
                rule: incident.rule, from: midnight.advanced(bySeconds: incident.from_s),
                to: midnight.advanced(bySeconds: incident.to_s), isInjected: true, companions: incident.companions))
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
        if let arrived = day.arrived_s, arrived > WorkingDay.late_s {
            note(.not_arrived, [WorkingDay.late_s...arrived])
        }
    }

    /// In whose hours nothing is heard, or no position, for as long as the rules wait.
    private mutating func noteSilence(_ stream: StreamCase.Stream, _ first: Timestamp) {
        let hours = (0..<count).map { Self.hours(of: Self.workday($0, from: first)) }
        func note(_ rule: RuleName, _ from: Timestamp, _ to: Timestamp) {
            let isLong = hours.contains {
                min(to, $0.upperBound).seconds(since: max(from, $0.lowerBound)) >= Self.silence_s
            }
            if isLong { labels.append(Label(rule: rule, from: from, to: to)) }
        }
        let heard = reports.map(\.received) + [end]
        for (last, next) in zip(heard, heard.dropFirst()) { note(.silence, last, next) }
        let usable = stream.filter { $0.report.rejection == nil }.map(\.sent) + [stream.last?.sent ?? end]
        for (last, next) in zip(usable, usable.dropFirst()) { note(.no_position, last, next) }
    }
}
