internal import Fencing
internal import Positioning

/// Reads `active`: `[{"days": ["mon-fri"], "from": "08:00", "to": "18:00", "tz": "Asia/Shanghai"}]`. A `tz` beside
/// `active` serves periods without one.
struct ActiveHoursReader {
    private let properties: ObjectReader

    init(_ properties: ObjectReader) { self.properties = properties }

    /// Empty where there is none, or it is wrong.
    func hours(_ log: inout IssueLog) -> [ActiveHours] {
        let zone = properties.string("tz", &log)
        guard let value = properties.given("active") else { return [] }
        guard let elements = value.elements else {
            log.error(
                properties.issue(value, "active is \(value.kindName)", "it must be a list of {days, from, to, tz}"))
            return []
        }
        return elements.compactMap { element in
            guard let members = element.members else {
                log.error(
                    properties.issue(element, "active holds \(element.kindName)", "it must hold {days, from, to, tz}"))
                return nil
            }
            let period = ObjectReader(members, file: properties.file, subject: properties.subject)
            let days = days(period, at: element, &log)
            let from = minute(period, "from", upTo: 23 * 60 + 59, at: element, &log)
            let to = minute(period, "to", upTo: 24 * 60, at: element, &log)
            let own = period.string("tz", &log)
            guard let tz = own ?? zone, !tz.isEmpty else {
                log.error(
                    period.issue(element, "a period of active has no tz", "name its time zone, as \"Asia/Shanghai\""))
                return nil
            }
            guard let days, let from, let to else { return nil }
            guard from != to else {
                log.error(
                    period.issue(
                        element, "a period of active begins when it ends", "give it a length; all day is 00:00 to 24:00"
                    ))
                return nil
            }
            return ActiveHours(days: days, from: from, to: to, timeZone: tz)
        }
    }

    private func days(_ period: ObjectReader, at element: JSONValue, _ log: inout IssueLog) -> Set<ActiveHours.Day>? {
        let mend = "it must be a list as [\"mon\", \"tue\"] or [\"mon-fri\"]"
        guard period.given("days") != nil else {
            log.error(period.issue(element, "a period of active has no days", mend))
            return nil
        }
        var found: Set<ActiveHours.Day> = []
        for word in period.strings("days", &log) {
            let ends = word.lowercased().split(separator: "-", omittingEmptySubsequences: false)
            let known = ends.compactMap { ActiveHours.Day(name: String($0)) }
            guard let first = known.first, let last = known.last, known.count == ends.count, ends.count <= 2 else {
                log.error(period.issue(element, "\"\(ObjectReader.cut(word))\" is no day", mend))
                return nil
            }
            found.formUnion(ActiveHours.Day.range(from: first, to: last))
        }
        if found.isEmpty { log.error(period.issue(element, "a period of active has no days", mend)) }
        return found.isEmpty ? nil : found
    }

    /// Minutes since midnight of "HH:MM".
    private func minute(
        _ period: ObjectReader, _ name: String, upTo most: Int, at element: JSONValue, _ log: inout IssueLog
    ) -> Int? {
        let text = Array((period.string(name, &log) ?? "").utf8)
        if text.count == 5, text[2] == UInt8(ascii: ":") {
            let digits = [text[0], text[1], text[3], text[4]].map { Int($0) - 48 }
            let minute = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
            if digits.allSatisfy({ (0...9).contains($0) }), digits[2] < 6, minute <= most { return minute }
        }
        log.error(period.issue(element, "\(name) of a period of active is no time of day", "write it as \"08:30\""))
        return nil
    }
}
