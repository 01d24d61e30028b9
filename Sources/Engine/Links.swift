internal import Anomalies
internal import Positioning

/// What is remembered of the links to a shard's devices, and when each is to be looked at next should nothing be heard of it.
struct Links {
    private var entries: [String: Entry] = [:]
    private var looks = NextLooks()
    /// Those that are to be kept with this batch, or have changed, since they were taken last.
    private var due: [String] = []
    private var changed: [String] = []
    private let waits: Bool

    private struct Entry {
        var state = LinkState()
        var marks: Marks = []
        /// The journal's fixes up to this one are in it.
        var afterFix = Int64.min

        /// - Returns: the marks that are new.
        mutating func change(_ marks: Marks, _ body: (inout LinkState) -> Bool) -> Marks {
            var marks = marks
            if body(&state) { marks.formUnion([.due, .changed]) }
            let news = marks.subtracting(self.marks)
            self.marks.formUnion(marks)
            return news
        }
    }

    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let due = Marks(rawValue: 1)
        static let changed = Marks(rawValue: 2)
        /// It has its one place in `looks`.
        static let awaited = Marks(rawValue: 4)
    }

    /// - Parameter waits: whether time alone may make a rule tell something.
    init(waits: Bool) { self.waits = waits }

    /// The newest time that was heard, by the devices' own clocks.
    var newest: Timestamp? { entries.values.lazy.compactMap(\.state.clock).max() }

    mutating func restore(_ device: String, _ state: LinkState, afterFix: Int64) {
        entries[device] = Entry(state: state, marks: waits ? .awaited : [], afterFix: afterFix)
        if waits { looks.add(device, at: Timestamp(microseconds: .min)) }
    }

    /// Hears a fix of the journal again. What was told at it was kept with it, so it has nothing to tell: where it would, other
    /// settings of the rules make the difference, and it is left out.
    /// - Parameter body: returns whether it told anything.
    mutating func recall(_ device: String, fix: Int64, received: Timestamp?, _ body: (inout LinkState) -> Bool) {
        var again = entries[device]?.state ?? LinkState()
        guard entries[device].map({ $0.afterFix < fix }) ?? true, !body(&again) else { return }
        change(device, received: received) { link in
            link = again
            return false
        }
    }

    /// A device that was heard before it was known.
    mutating func begin(_ device: String, _ state: LinkState) {
        if entries[device] == nil { entries[device] = Entry(state: state) }
    }

    /// Changes a device's state: something is heard of it.
    /// - Parameters:
    ///   - received: `nil` for recorded input.
    ///   - body: returns whether its state is to be kept with this batch: what it told, or heard, must not come twice or be lost.
    mutating func change(_ device: String, received: Timestamp?, _ body: (inout LinkState) -> Bool) {
        let isAwaited = waits && received != nil
        let news = entries[device, default: Entry()].change(isAwaited ? [.changed, .awaited] : .changed, body)
        note(news, of: device)
        if news.contains(.awaited), let received { looks.add(device, at: received) }
    }

    /// Time passes for all of them, in a stable order.
    /// - Parameter body: returns whether it told anything.
    mutating func pass(_ body: (String, inout LinkState) -> Bool) {
        for device in entries.keys.sorted() {
            note(entries[device, default: Entry()].change([]) { body(device, &$0) }, of: device)
        }
    }

    private mutating func note(_ news: Marks, of device: String) {
        if news.contains(.due) { due.append(device) }
        if news.contains(.changed) { changed.append(device) }
    }

    /// Looks at devices that may have been silent for too long, ``Limits/looksAtOnce`` at most: the rest are looked at next time.
    /// - Parameters:
    ///   - now: by the clock that stamps arrivals.
    ///   - body: returns whether it told anything, and when it may have more to tell.
    mutating func look(at now: Timestamp, _ body: (String, inout LinkState) -> (told: Bool, next: Timestamp?)) {
        for _ in 0..<Limits.looksAtOnce {
            guard let device = looks.next(dueAt: now) else { return }
            var next: Timestamp?
            let news = entries[device, default: Entry()].change([]) { state in
                let outcome = body(device, &state)
                next = outcome.next
                return outcome.told
            }
            note(news, of: device)
            let latest = now.advanced(bySeconds: Limits.lookAgain_s)
            looks.add(device, at: min(max(next ?? latest, now.advanced(bySeconds: Limits.lookPause_s)), latest))
        }
    }

    /// Nobody listened for a while, until now.
    mutating func resume(at now: Timestamp) {
        // Not over `indices`, which would hold, and so copy, all of them.
        var index = entries.startIndex
        while index < entries.endIndex {
            entries.values[index].state.resume(at: now)
            entries.formIndex(after: &index)
        }
    }

    /// The states that are to be kept.
    /// - Parameter all: those that have changed, too; else those that are due.
    mutating func take(all: Bool) -> [LinkRow] {
        let devices = (all ? changed : due).sorted()
        for device in devices { entries[device]?.marks.subtract(all ? [.due, .changed] : .due) }
        due.removeAll(keepingCapacity: true)
        if all { changed.removeAll(keepingCapacity: true) }
        return devices.map { device in
            let state = entries[device, default: Entry()].state
            return LinkRow(device: device, heard: state.clock, bytes: state.snapshot())
        }
    }
}
