internal import Anomalies
internal import Positioning

/// Which of a shard's devices told or heard something since their links were last kept, and when each is to be looked at next
/// should nothing be heard of it.
struct Links {
    private var looks = NextLooks()
    /// Those that are to be kept with this batch, or have changed, since they were taken last.
    private var due: [Device] = []
    private var changed: [Device] = []

    /// Something has become of a device.
    /// - Parameter time: from when on it is to be looked at, where it was not awaited.
    mutating func note(_ device: Device, _ marks: Device.Marks, at time: Timestamp? = nil) {
        let news = device.add(marks)
        if news.contains(.linkDue) { due.append(device) }
        if news.contains(.linkChanged) { changed.append(device) }
        if let time, news.contains(.awaited) { looks.add(device.name, at: time) }
    }

    /// The same of one that is idle, or restored.
    mutating func expect(_ device: String, at time: Timestamp) { looks.add(device, at: time) }

    /// Looks at devices that may have been silent for too long, ``Limits/looksAtOnce`` at most: the rest are looked at next time.
    /// - Parameters:
    ///   - now: by the clock that stamps arrivals.
    ///   - body: returns the device if it told anything, and when it may have more to tell.
    mutating func look(at now: Timestamp, _ body: (_ name: String) -> (told: Device?, next: Timestamp?)) {
        for _ in 0..<Limits.looksAtOnce {
            guard let device = looks.next(dueAt: now) else { return }
            let (told, next) = body(device)
            if let told { note(told, [.linkChanged, .linkDue]) }
            let latest = now.advanced(bySeconds: Limits.lookAgain_s)
            looks.add(device, at: min(max(next ?? latest, now.advanced(bySeconds: Limits.lookPause_s)), latest))
        }
    }

    /// The links that are to be kept with this batch, but for those that were taken meanwhile.
    mutating func takeDue() -> [LinkRow] {
        defer { due.removeAll(keepingCapacity: true) }
        return due.filter { $0.marks.remove(.linkDue) != nil }.sorted { $0.name < $1.name }.map { LinkRow(of: $0) }
    }

    /// The devices whose links have changed; some may have been taken meanwhile.
    mutating func takeChanged() -> [Device] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed
    }
}

extension LinkRow {
    init(of device: Device) {
        self.init(device: device.name, heard: device.memory.link.clock, bytes: device.memory.link.snapshot())
    }
}
