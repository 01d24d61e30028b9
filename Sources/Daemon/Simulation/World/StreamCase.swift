internal import Anomalies
import Glibc
internal import Positioning

/// Puts a rule's case into an ordinary stream, the way the thing really happens; how strongly, varies.
///
/// What happens on the way itself is ``WorkingDay``'s.
struct StreamCase {
    typealias Stream = [(report: Report, sent: Timestamp)]

    let rule: RuleName
    /// Of somebody else, who is elsewhere, on the same day; empty where the rule's case takes no other.
    let other: Stream
    private var random: SeededGenerator

    init(_ rule: RuleName, other: Stream, _ seed: UInt64) {
        self.rule = rule
        self.other = other
        random = SeededGenerator(seed: seed)
    }

    /// - Parameters:
    ///   - stream: by ascending time.
    ///   - hours: when rules that have hours hold.
    /// - Returns: what is true of it now; `nil` where there was no place for the case.
    mutating func put(into stream: inout Stream, hours: ClosedRange<Timestamp>) -> Label? {
        switch rule {
        case .frozen: freeze(&stream, hours)
        case .too_perfect: playBack(&stream, hours)
        case .impossible_speed: leap(&stream, hours)
        case .shared_identity: share(&stream, hours)
        case .wrong_datum: shift(&stream)
        case .clock_skew: skew(&stream, hours)
        case .week_rollover: rollOver(&stream, hours)
        case .silence: fallSilent(&stream, hours)
        case .no_position: losePosition(&stream, hours)
        case .jamming: jam(&stream, hours)
        case .replayed: replay(&stream, hours)
        case .mock: simulate(&stream, hours)
        case .device_alarm: raiseAlarm(&stream, hours)
        case .speeding, .flapping, .idle, .outside_allowed, .inside_forbidden, .off_route, .not_arrived, .gathering:
            nil
        }
    }

    // MARK: where and when

    private mutating func pick(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }

    /// A stretch of the working day of a length drawn from a range, that has at least so many usable fixes.
    private mutating func stretch(
        of seconds: ClosedRange<Double>, fixes: Int, _ stream: Stream, _ hours: ClosedRange<Timestamp>,
        where isFit: (Report) -> Bool = { _ in true }
    ) -> Range<Int>? {
        let length = hours.upperBound.seconds(since: hours.lowerBound)
        for _ in 0..<200 {
            let lasting = pick(seconds)
            guard lasting < length - 1800 else { continue }
            let from = hours.lowerBound.advanced(bySeconds: pick(900...length - lasting - 900))
            let to = from.advanced(bySeconds: lasting)
            guard let first = stream.firstIndex(where: { $0.sent >= from }),
                let end = stream.firstIndex(where: { $0.sent > to }), end - first >= fixes
            else { continue }
            let usable = stream[first..<end].count { $0.report.rejection == nil }
            let isWhole = stream[first].sent.seconds(since: from) < 120
            if isWhole, usable >= fixes, usable * 10 >= (end - first) * 9, isFit(stream[first].report) {
                return first..<end
            }
        }
        return nil
    }

    private func label(_ stream: Stream, _ range: Range<Int>, _ companions: [RuleName] = []) -> Label {
        Label(
            rule: rule, from: stream[range.lowerBound].sent, to: stream[range.upperBound - 1].sent, isInjected: true,
            companions: companions)
    }

    // MARK: receivers

    /// The position sticks while the rest goes on. When it gets loose, it leaps.
    private mutating func freeze(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        let moves: (Report) -> Bool = { ($0.measurements.speed_mps ?? 0) > 2 }
        guard let range = stretch(of: 900...5400, fixes: 25, stream, hours, where: moves) else { return nil }
        let held = stream[range.lowerBound].report.coordinate
        for index in range where stream[index].report.rejection == nil { stream[index].report.coordinate = held }
        return label(stream, range, [.impossible_speed, .idle, .off_route, .flapping])
    }

    /// An app plays back an even way around the block.
    private mutating func playBack(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 300...3600, fixes: 45, stream, hours),
            let place = stream[range].compactMap(\.report.coordinate).first
        else { return nil }
        let speed = pick(1.2...15).rounded(to: 0.1)
        let (accuracy, altitude) = (pick(1...8).rounded(to: 1), pick(0...60).rounded(to: 1))
        let begin = stream[range.lowerBound].sent
        let interval = max(1, stream[range.lowerBound + 1].sent.seconds(since: begin).rounded())
        let end = stream[range.upperBound - 1].sent
        var played: Stream = []
        var time = begin
        while time < end {
            let way = speed * time.seconds(since: begin)
            let (course, shown) = Self.around(place, way)
            var measured = Measurements()
            measured.reportedAccuracy_m = accuracy
            measured.altitude_m = altitude
            measured.speed_mps = speed
            measured.course_deg = course
            played.append((Report(time: time, coordinate: shown, measurements: measured), time))
            time = time.advanced(bySeconds: interval)
        }
        stream.replaceSubrange(range, with: played)
        return Label(
            rule: rule, from: begin, to: end, isInjected: true,
            companions: [.impossible_speed, .idle, .flapping, .inside_forbidden, .replayed, .frozen])
    }

    /// - Returns: the course, and the place after a way around a square.
    private static func around(_ corner: Coordinate, _ way_m: Double) -> (course_deg: Double, Coordinate) {
        let side = 200.0
        let lap = way_m.truncatingRemainder(dividingBy: 4 * side)
        let rest = lap.truncatingRemainder(dividingBy: side)
        switch Int(lap / side) {
        case 0: return (0, corner.offset(north_m: rest, east_m: 0))
        case 1: return (90, corner.offset(north_m: side, east_m: rest))
        case 2: return (180, corner.offset(north_m: side - rest, east_m: side))
        default: return (270, corner.offset(north_m: 0, east_m: side - rest))
        }
    }

    /// Elsewhere for one fix, or for long.
    private mutating func leap(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        let stays = pick(0...1) < 0.5
        guard var range = stretch(of: stays ? 600...3600 : 120...120, fixes: 1, stream, hours) else { return nil }
        if !stays { range = range.lowerBound..<range.lowerBound + 1 }
        let gap =
            range.lowerBound > 0 ? stream[range.lowerBound].sent.seconds(since: stream[range.lowerBound - 1].sent) : 1
        let angle = pick(0...2 * .pi)
        let far = max(300, gap * 320 / 3.6 * pick(1.0...8)) + 200
        for index in range {
            stream[index].report.coordinate = stream[index].report.coordinate?.offset(
                north_m: far * cos(angle), east_m: far * sin(angle))
        }
        return label(
            stream, range, [.outside_allowed, .off_route, .idle, .flapping, .inside_forbidden, .shared_identity])
    }

    /// Somebody else uses the same id at the same time.
    private mutating func share(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 2400...14_400, fixes: 20, stream, hours) else { return nil }
        let label = label(
            stream, range,
            [.impossible_speed, .flapping, .outside_allowed, .inside_forbidden, .off_route, .idle, .wrong_datum])
        var merged = stream
        merged += other.filter { $0.sent >= label.from && $0.sent <= label.to }.map { entry in
            // In another part of the town.
            var moved = entry
            moved.report.coordinate = entry.report.coordinate?.offset(north_m: 6000, east_m: 6000)
            return moved
        }
        stream = merged.enumerated().sorted { ($0.element.sent, $0.offset) < ($1.element.sent, $1.offset) }
            .map(\.element)
        return label
    }

    /// On all days, the tracker sends map coordinates.
    private mutating func shift(_ stream: inout Stream) -> Label? {
        let datum: Datum = pick(0...1) < 0.5 ? .gcj02 : .bd09
        for index in stream.indices {
            stream[index].report.coordinate = stream[index].report.coordinate.map(datum.fromWGS84)
        }
        return allDay(stream)
    }

    /// Where places are that were drawn in another datum as though it were WGS-84.
    static func really(_ places: [City.Area], in datum: Datum) -> [City.Area] {
        places.map { place in
            var place = place
            place.middle = Spot(datum.toWGS84(place.middle.coordinate))
            return place
        }
    }

    /// What is true from the first to the last report.
    func allDay(_ stream: Stream) -> Label? {
        guard !stream.isEmpty else { return nil }
        return label(
            stream, stream.indices,
            [.idle, .flapping, .inside_forbidden, .outside_allowed, .off_route, .not_arrived])
    }

    /// A way of its own of earlier that day, to the last digit, with the times of now.
    private mutating func replay(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 600...7200, fixes: 40, stream, hours) else { return nil }
        let recorded = stream[..<range.lowerBound].map(\.report)
        let length = min(range.count, 200)
        guard recorded.count > length else { return nil }
        // As it was recorded, stops and all, from where it drives on.
        let drives: (Report) -> Bool = { ($0.measurements.speed_mps ?? 0) > 1 }
        let begins = (0..<200).map { _ in Int.random(in: 0..<recorded.count - length, using: &random) }
        let offset = begins.first {
            drives(recorded[$0]) && recorded[$0..<$0 + length].count(where: drives) >= 20
        }
        guard let offset else { return nil }
        var last = range.lowerBound
        for (index, report) in zip(range, recorded[offset..<offset + length]) {
            let time = stream[index].report.time
            stream[index].report = report
            stream[index].report.time = time
            last = index
        }
        return label(
            stream, range.lowerBound..<last + 1,
            [.impossible_speed, .flapping, .outside_allowed, .inside_forbidden, .off_route, .idle, .shared_identity])
    }

    // MARK: what devices say

    /// The position is simulated, and the phone says so.
    private mutating func simulate(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 300...7200, fixes: 3, stream, hours) else { return nil }
        for index in range where stream[index].report.rejection == nil {
            stream[index].report.measurements.solution = .simulated
        }
        return label(stream, range, [.no_position])
    }

    private mutating func raiseAlarm(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 60...900, fixes: 1, stream, hours) else { return nil }
        let alarm = Report.Alarms.named.map(\.alarm).randomElement(using: &random) ?? .sos
        for index in range { stream[index].report.alarms.insert(alarm) }
        return label(stream, range)
    }

    // MARK: clocks

    private mutating func skew(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 1800...14_400, fixes: 15, stream, hours) else { return nil }
        let offset = pick(180...5400) * (pick(0...1) < 0.5 ? 1 : -1)
        for index in range {
            stream[index].report.time = stream[index].report.time?.advanced(bySeconds: offset)
        }
        var label = label(
            stream, range, [.no_position, .silence, .impossible_speed, .idle, .flapping, .shared_identity])
        label.skew_s = offset.magnitude
        return label
    }

    /// From some moment to the end of the day, the date is 1,024 or 2,048 weeks ago.
    private mutating func rollOver(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let begin = stretch(of: 1800...3600, fixes: 10, stream, hours)?.lowerBound else { return nil }
        let weeks = pick(0...1) < 0.8 ? 1024.0 : 2048
        for index in begin..<stream.count {
            stream[index].report.time = stream[index].report.time?.advanced(bySeconds: -weeks * 604_800)
        }
        return label(stream, begin..<stream.count, [.clock_skew])
    }

    // MARK: satellites and the link

    private mutating func fallSilent(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 1500...10_000, fixes: 5, stream, hours) else { return nil }
        let label = label(stream, range)
        stream.removeSubrange(range)
        return label
    }

    private mutating func losePosition(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        guard let range = stretch(of: 1500...7200, fixes: 5, stream, hours) else { return nil }
        for index in range { stream[index].report.blind() }
        return label(stream, range, [.jamming, .silence])
    }

    /// All satellites at once: every other time a driver switches a jammer on, on the way; else it is anywhere.
    private mutating func jam(_ stream: inout Stream, _ hours: ClosedRange<Timestamp>) -> Label? {
        let leastSpeed_mps = pick(0...1) < 0.5 ? 6.0 : 0
        let isOutside: (Report) -> Bool = {
            ($0.measurements.satellites ?? 0) >= 8 && ($0.measurements.speed_mps ?? 0) >= leastSpeed_mps
        }
        guard let range = stretch(of: 300...3600, fixes: 5, stream, hours, where: isOutside) else { return nil }
        for index in range { stream[index].report.blind() }
        return label(stream, range, [.no_position])
    }
}
