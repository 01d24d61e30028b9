internal import Positioning
internal import Yams

extension Configuration.Keep {
    /// Reads the settings under `keep`.
    init(_ node: Node, leastDays: Int, _ reader: inout YAMLReader) {
        self.init()
        let entries = reader.entries(of: node, "`keep`", known: ["fixes_days", "events_days"])
        if let days = Self.days(entries["fixes_days"], "fixes_days", least: leastDays, &reader) {
            fixes_days = days
        }
        if let days = Self.days(entries["events_days"], "events_days", least: leastDays, &reader) {
            events_days = days
        }
        // For ever is the longest.
        let (fixes, events) = (fixes_days == 0 ? .max : fixes_days, events_days == 0 ? .max : events_days)
        if events < fixes {
            reader.report(
                entries["events_days"] ?? entries["fixes_days"],
                "`events_days: \(events_days)` is less than `fixes_days: \(fixes_days)`\(fixes_days == 0 ? ", for ever" : "")",
                "keep events at least as long as the fixes that explain them; 0 is for ever")
        }
    }

    private static func days(_ node: Node?, _ key: String, least: Int, _ reader: inout YAMLReader) -> Int? {
        guard let node, let word = reader.text(node, key) else { return nil }
        if let days = Int(word), days == 0 || (least...Limits.keepDays).contains(days) { return days }
        reader.report(
            node, "`\(key): \(word)` can't be taken",
            "give whole days from \(least), which late fixes need, to \(Limits.keepDays), or 0 for ever")
        return nil
    }
}
