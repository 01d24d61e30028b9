import Positioning

/// Where a stream's reports go: out, or among the fixes that wait for a date.
struct Outlet {
    var reports: [Report] = []
    private var undated: UndatedFixes

    init(memory: @escaping MemoryRequest) { undated = UndatedFixes(memory: memory) }

    mutating func give(_ report: consuming Report) { reports.append(report) }

    mutating func hold(_ report: Report, of slot: Int, at time: TimeOfDay) {
        undated.hold(report, of: slot, at: time, into: &reports)
    }

    mutating func release(_ slot: Int, knowing moment: Timestamp?) {
        undated.release(slot, knowing: moment, into: &reports)
    }

    mutating func releaseAll() { undated.releaseAll(into: &reports) }
}
