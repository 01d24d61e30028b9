import Positioning

/// Fixes without a date that wait for one, of all devices of a stream, in the order in which they came.
struct UndatedFixes {
    struct Entry {
        var slot: Int32
        var time: TimeOfDay
        var report: Report
    }

    private var entries: [Entry] = []
    /// Entries at the front that were given already; cleared away now and then rather than each time.
    private var given = 0
    /// The most entries that memory was granted for so far.
    private var granted = 0
    private let memory: MemoryRequest

    init(memory: @escaping MemoryRequest) { self.memory = memory }

    /// Keeps a fix; where there is no room for it, gives the oldest as it is.
    mutating func hold(_ report: Report, of slot: Int32, at time: TimeOfDay, into reports: inout [Report]) {
        let limit = roomForOneMore()
        guard limit > 0 else {
            reports.append(report)
            return
        }
        if entries.count - given >= limit {
            reports.append(entries[given].report)
            given += 1
            if given == limit {
                entries.removeFirst(given)
                given = 0
            }
        }
        entries.append(Entry(slot: slot, time: time, report: report))
    }

    /// - Returns: how many may wait.
    private mutating func roomForOneMore() -> Int {
        if entries.count - given >= granted, granted < Limits.undatedFixes, memory() {
            granted += Limits.undatedFixesPerStep
        }
        return granted
    }

    /// The device's date is known: gives its fixes, those within ``Limits/undatedAge_s`` before `moment` with their date.
    mutating func release(_ slot: Int32, knowing moment: Timestamp?, into reports: inout [Report]) {
        for entry in entries[given...] where entry.slot == slot {
            var report = entry.report
            report.time = moment.flatMap { Self.date(entry.time, before: $0) }
            reports.append(report)
        }
        entries.removeFirst(given)
        given = 0
        entries.removeAll { $0.slot == slot }
    }

    /// Gives all that is left, without dates.
    mutating func releaseAll(into reports: inout [Report]) {
        for entry in entries[given...] { reports.append(entry.report) }
        entries.removeAll()
        given = 0
    }

    private static func date(_ time: TimeOfDay, before moment: Timestamp) -> Timestamp? {
        let own = DateKeeper.near(moment, time)
        let age = moment.microseconds - own.microseconds
        return age >= 0 && age <= Limits.undatedAge_s * TimeOfDay.microsecondsPerSecond ? own : nil
    }
}
