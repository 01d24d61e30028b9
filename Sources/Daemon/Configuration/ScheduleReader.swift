internal import Anomalies
internal import Fencing
internal import Positioning
internal import Yams

import struct Foundation.Date
import struct Foundation.TimeZone

extension Schedule {
    /// Reads a list of `{days: [mon-fri], from: "08:00", to: "18:00", tz: Asia/Shanghai, groups: […]}`.
    init(_ node: Node, _ reader: inout YAMLReader) {
        self.init(periods: reader.list(node, "`hours`").compactMap { Period($0, &reader) })
        if periods.isEmpty, node.sequence?.isEmpty == true {
            reader.report(node, "`hours` is empty", "give at least one period, or leave it out")
        }
    }
}

extension Schedule.Period {
    fileprivate init?(_ node: Node, _ reader: inout YAMLReader) {
        let entries = reader.entries(of: node, "a period of `hours`", known: ["days", "from", "to", "tz", "groups"])
        for key in ["days", "from", "to", "tz"] where entries[key] == nil && !entries.isEmpty {
            reader.report(
                node, "a period of `hours` has no `\(key)`",
                "write it as {days: [mon-fri], from: \"08:00\", to: \"18:00\", tz: Asia/Shanghai}")
        }
        let days = Self.days(entries["days"], &reader)
        let from = Self.minute(entries["from"], "from", upTo: 24 * 60 - 1, &reader)
        let to = Self.minute(entries["to"], "to", upTo: 24 * 60, &reader)
        guard let name = reader.text(entries["tz"], "tz") else { return nil }
        guard let zone = LocalTime(named: name) else {
            reader.report(
                entries["tz"], "`tz: \(name)` is no time zone",
                "name one of the IANA database, as Asia/Shanghai or Europe/Berlin")
            return nil
        }
        guard let days, let from, let to else { return nil }
        guard from != to else {
            reader.report(
                node, "a period of `hours` begins when it ends", "give it a length; all day is \"00:00\" to \"24:00\"")
            return nil
        }
        let groups = entries["groups"].map { groups in
            reader.list(groups, "`groups` of `hours`").compactMap { reader.text($0, "groups") }
        }
        self.init(
            hours: ActiveHours(days: days, from: from, to: to, timeZone: name), zone: zone, groups: groups ?? [])
    }

    private static func days(_ node: Node?, _ reader: inout YAMLReader) -> Set<ActiveHours.Day>? {
        guard let node else { return nil }
        var found: Set<ActiveHours.Day> = []
        for item in reader.list(node, "`days`") {
            guard let word = reader.text(item, "days") else { return nil }
            let ends = word.lowercased().split(separator: "-", omittingEmptySubsequences: false)
            let known = ends.compactMap { ActiveHours.Day(name: String($0)) }
            guard let first = known.first, let last = known.last, known.count == ends.count, ends.count <= 2 else {
                reader.report(item, "`\(word)` is no day", "write days as [mon, tue] or [mon-fri]")
                return nil
            }
            found.formUnion(ActiveHours.Day.range(from: first, to: last))
        }
        return found.isEmpty ? nil : found
    }

    /// Minutes since midnight of "HH:MM".
    private static func minute(_ node: Node?, _ key: String, upTo most: Int, _ reader: inout YAMLReader) -> Int? {
        guard let word = reader.text(node, key) else { return nil }
        let parts = word.split(separator: ":").map { $0.count == 2 ? UInt8($0) : nil }
        if parts.count == 2, let hour = parts[0], let minute = parts[1], minute < 60,
            Int(hour) * 60 + Int(minute) <= most
        {
            return Int(hour) * 60 + Int(minute)
        }
        reader.report(node, "`\(key): \(word)` is no time of day", "write it with its quotes, as \(key): \"08:30\"")
        return nil
    }
}

extension LocalTime {
    /// A zone of the IANA database, from 2000 to 2100; before and after, as at the ends.
    fileprivate init?(named name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        func offset(_ second: Int64) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))) }
        func moment(_ second: Int64, _ seconds: Int) -> Offset {
            Offset(since: Timestamp(microseconds: second * 1_000_000), seconds: seconds)
        }
        let (begin, end, week): (Int64, Int64, Int64) = (946_684_800, 4_102_444_800, 7 * 86_400)
        var known = offset(begin)
        var offsets = [moment(begin, known)]
        for monday in stride(from: begin, to: end, by: Int(week)) {
            let next = offset(monday + week)
            guard next != known else { continue }
            var (low, high) = (monday, monday + week)
            while high - low > 1 {
                let middle = (low + high) / 2
                if offset(middle) == known { low = middle } else { high = middle }
            }
            offsets.append(moment(high, next))
            known = next
        }
        self.init(offsets)
    }
}
