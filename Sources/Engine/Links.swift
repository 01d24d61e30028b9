internal import Anomalies
internal import Positioning

/// What is remembered of the links to a shard's devices, and when each is to be looked at next should nothing be heard of it.
struct Links {
    private var entries: [String: Link] = [:]
    private var looks = NextLooks()
    /// Those that are to be kept with this batch, or have changed, since they were taken last.
    private var due: [String] = []
    private var changed: [String] = []
    private let waits: Bool

    /// One device's, changed where it lies: it is found once for a report.
    final class Link {
        let device: String
        var state: LinkState
        fileprivate var marks: Marks = []
        /// The journal's fixes up to this one are in it.
        fileprivate let afterFix: Int64

        fileprivate init(_ device: String, _ state: LinkState = LinkState(), afterFix: Int64 = .min) {
            self.device = device
            self.state = state
            self.afterFix = afterFix
        }

        /// - Returns: those that are new.
        fileprivate func add(_ more: Marks) -> Marks {
            let news = more.subtracting(marks)
            if !news.isEmpty { marks.formUnion(news) }
            return news
        }
    }

    fileprivate struct Marks: OptionSet {
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
        let link = Link(device, state, afterFix: afterFix)
        entries[device] = link
        if waits, link.add(.awaited).contains(.awaited) { looks.add(device, at: Timestamp(microseconds: .min)) }
    }

    /// Hears a fix of the journal again. What was told at it was kept with it, so it has nothing to tell: where it would, other
    /// settings of the rules make the difference, and it is left out.
    /// - Parameter body: returns whether it told anything.
    mutating func recall(_ device: String, fix: Int64, received: Timestamp?, _ body: (inout LinkState) -> Bool) {
        var again = entries[device]?.state ?? LinkState()
        guard entries[device].map({ $0.afterFix < fix }) ?? true, !body(&again) else { return }
        let link = self[device]
        link.state = again
        noteHeard(link, received: received, isTold: false)
    }

    /// A device that was heard before it was known.
    mutating func begin(_ device: String, _ state: LinkState) {
        if entries[device] == nil { entries[device] = Link(device, state) }
    }

    /// A device's link; a new one where nothing was heard of it yet.
    subscript(device: String) -> Link {
        mutating get {
            if let known = entries[device] { return known }
            let new = Link(device)
            entries[device] = new
            return new
        }
    }

    /// Something was heard of a device, and has changed its state.
    /// - Parameters:
    ///   - received: `nil` for recorded input.
    ///   - isTold: its state is to be kept with this batch: what it told, or heard, must not come twice or be lost.
    mutating func noteHeard(_ link: Link, received: Timestamp?, isTold: Bool) {
        var marks: Marks = isTold ? [.due, .changed] : .changed
        if waits, received != nil { marks.insert(.awaited) }
        let news = link.add(marks)
        guard !news.isEmpty else { return }
        note(news, of: link.device)
        if news.contains(.awaited), let received { looks.add(link.device, at: received) }
    }

    /// Time passes for all of them, in a stable order.
    /// - Parameter body: returns whether it told anything.
    mutating func pass(_ body: (String, inout LinkState) -> Bool) {
        for device in entries.keys.sorted() {
            let link = self[device]
            if body(device, &link.state) { note(link.add([.due, .changed]), of: device) }
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
            let link = self[device]
            let (told, next) = body(device, &link.state)
            if told { note(link.add([.due, .changed]), of: device) }
            let latest = now.advanced(bySeconds: Limits.lookAgain_s)
            looks.add(device, at: min(max(next ?? latest, now.advanced(bySeconds: Limits.lookPause_s)), latest))
        }
    }

    /// Nobody listened for a while, until now.
    mutating func resume(at now: Timestamp) {
        for link in entries.values { link.state.resume(at: now) }
    }

    /// The states that are to be kept.
    /// - Parameter all: those that have changed, too; else those that are due.
    mutating func take(all: Bool) -> [LinkRow] {
        let devices = (all ? changed : due).sorted()
        for device in devices { entries[device]?.marks.subtract(all ? [.due, .changed] : .due) }
        due.removeAll(keepingCapacity: true)
        if all { changed.removeAll(keepingCapacity: true) }
        return devices.compactMap { device in
            entries[device].map { LinkRow(device: device, heard: $0.state.clock, bytes: $0.state.snapshot()) }
        }
    }
}
