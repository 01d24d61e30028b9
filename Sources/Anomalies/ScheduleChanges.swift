internal import Fencing
internal import Positioning

extension Schedule {
    /// The next time at which a group's hours begin or end; `nil` where they never do.
    func nextChange(after time: Timestamp, for group: String?) -> Timestamp? {
        let holdsNow = holds(at: time, for: group)
        // Hours come again each week; a change of clocks may delay that by less than a day.
        var start = time
        for _ in 0...7 {
            let end = start.advanced(bySeconds: 86_400)
            let changes = periods.flatMap { $0.changes(after: start, upTo: end) }.sorted()
            if let change = changes.first(where: { holds(at: $0, for: group) != holdsNow }) { return change }
            start = end
        }
        return nil
    }

    /// When so many seconds of a group's hours have passed since a time.
    /// - Returns: a time in hours; `nil` where that is after more than ``Limits/scheduleChanges`` changes.
    func time(after seconds: Double, inHoursSince since: Timestamp, for group: String?) -> Timestamp? {
        var left = seconds
        var time = since
        var holdsNow = holds(at: since, for: group)
        for _ in 0...Limits.scheduleChanges {
            let next = nextChange(after: time, for: group)
            if holdsNow {
                let end = time.advanced(bySeconds: left)
                guard let next, next < end else { return end }
                left -= next.seconds(since: time)
            }
            guard let next else { return nil }
            time = next
            holdsNow.toggle()
        }
        return nil
    }
}

extension Schedule.Period {
    /// The times in a stretch at which it may begin or end: its own, and those at which the clocks change.
    fileprivate func changes(after start: Timestamp, upTo end: Timestamp) -> [Timestamp] {
        var found = zone.changes(after: start, upTo: end)
        for day in zone.clock(at: start).day - 1...zone.clock(at: end).day + 1 {
            for minute in [hours.from, hours.to] {
                let (first, last) = zone.moments(day: day, minute: minute)
                found += [first, last]
            }
        }
        return found.filter { $0 > start && $0 <= end }
    }
}
