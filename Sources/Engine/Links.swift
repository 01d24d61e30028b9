internal import Anomalies
internal import Positioning

/// Which of a shard's devices told or heard something since their links were last kept, and when each is to be looked at next
/// should nothing be heard of it.
struct Links {
    private var looks = NextLooks()
    /// Those that are to be kept with this batch, or have changed, since they were taken last.
    private var due: [Device] = []
    private var changed: [Device] = []
    private let waits: Bool

    /// - Parameter waits: whether time alone may make a rule tell something.
    init(waits: Bool) { self.waits = waits }

    /// Puts a device's link back.
    /// - Parameter afterFix: the journal's fixes up to this one are in it.
    mutating func restore(_ device: Device, _ link: LinkState, afterFix: Int64) {
        device.link = link
        device.linkedFix = afterFix
        if waits { expect(device, at: Timestamp(microseconds: .min)) }
    }

    /// Something was heard of a device, and has changed its link.
    /// - Parameters:
    ///   - received: `nil` for recorded input.
    ///   - isTold: its link is to be kept with this batch: what it told, or heard, must not come twice or be lost.
    mutating func noteHeard(_ device: Device, received: Timestamp?, isTold: Bool) {
        note(device, isTold: isTold)
        if waits, let received { expect(device, at: received) }
    }

    /// Whether ``noteHeard(_:received:isTold:)`` would change nothing, as for nearly every report.
    func isNoted(_ device: Device, received: Timestamp?, isTold: Bool) -> Bool {
        let isAwaited = !waits || received == nil || device.marks.contains(.awaited)
        return isAwaited && device.marks.contains(isTold ? [.linkDue, .linkChanged] : .linkChanged)
    }

    private mutating func expect(_ device: Device, at time: Timestamp) {
        if !device.add(.awaited).isEmpty { looks.add(device, at: time) }
    }

    /// A device's link has changed.
    /// - Parameter isTold: see ``noteHeard(_:received:isTold:)``.
    mutating func note(_ device: Device, isTold: Bool) {
        let news = device.add(isTold ? [.linkDue, .linkChanged] : .linkChanged)
        if news.contains(.linkDue) { due.append(device) }
        if news.contains(.linkChanged) { changed.append(device) }
    }

    /// Looks at devices that may have been silent for too long, ``Limits/looksAtOnce`` at most: the rest are looked at next time.
    /// - Parameters:
    ///   - now: by the clock that stamps arrivals.
    ///   - body: returns whether it told anything, and when it may have more to tell.
    mutating func look(at now: Timestamp, _ body: (Device) -> (told: Bool, next: Timestamp?)) {
        for _ in 0..<Limits.looksAtOnce {
            guard let device = looks.next(dueAt: now) else { return }
            let (told, next) = body(device)
            if told { note(device, isTold: true) }
            let latest = now.advanced(bySeconds: Limits.lookAgain_s)
            looks.add(device, at: min(max(next ?? latest, now.advanced(bySeconds: Limits.lookPause_s)), latest))
        }
    }

    /// The links that are to be kept.
    /// - Parameter all: those that have changed, too; else those that are due.
    mutating func take(all: Bool) -> [LinkRow] {
        let devices = (all ? changed : due).sorted { $0.name < $1.name }
        for device in devices { device.marks.subtract(all ? [.linkDue, .linkChanged] : .linkDue) }
        due.removeAll(keepingCapacity: true)
        if all { changed.removeAll(keepingCapacity: true) }
        return devices.map { LinkRow(device: $0.name, heard: $0.link.clock, bytes: $0.link.snapshot()) }
    }
}
