import Positioning

/// Where a stream's reports are put together, of all its devices, and where they go: out, or among the fixes that wait for a
/// date.
struct Outlet {
    var reports: [Report] = []
    /// Of the epochs that are open and not reported.
    var drafts = Pool<Draft>()
    var asides = Pool<DraftAside>()
    private var undated: UndatedFixes

    init(memory: @escaping MemoryRequest) { undated = UndatedFixes(memory: memory) }

    mutating func give(_ report: consuming Report) { reports.append(report) }

    mutating func hold(_ report: Report, of slot: Int32, at time: TimeOfDay) {
        undated.hold(report, of: slot, at: time, into: &reports)
    }

    mutating func release(_ slot: Int32, knowing moment: Timestamp?) {
        undated.release(slot, knowing: moment, into: &reports)
    }

    /// Gives back the memory of what was put together for many devices at once.
    mutating func releaseRoom() {
        drafts.releaseRoom()
        asides.releaseRoom()
    }

    mutating func releaseAll() { undated.releaseAll(into: &reports) }
}
