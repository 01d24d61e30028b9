internal import Anomalies
internal import Positioning

/// A device of which nothing was heard for long, or since it was restored: what is remembered of it, as the bytes that a
/// snapshot keeps, or those squeezed: a fifth or a tenth of what it takes unpacked. A restart goes on from the same bytes, so it
/// loses nothing.
///
/// They can be read: they were made here, or read once when they were restored.
struct IdleDevice {
    private enum Memory {
        /// As they were restored: a start does not wait until all are squeezed.
        case plain(state: [UInt8], link: [UInt8])
        /// First its state, then its link, of so many bytes.
        case squeezed(Squeezed, link: Int)
    }

    private var memory = Memory.plain(state: [], link: [])
    /// See ``Device/decidedFix``.
    var decidedFix = Int64.min
    /// See ``Device/linkedFix``.
    var linkedFix = Int64.min
    var marks: Device.Marks = []
    /// How often listening had begun again when it was packed; see ``Listened``.
    var pauses: Int32 = 0

    /// What may be packed: whatever else is marked, an awake device is listed for it.
    static let packable: Device.Marks = [.known, .awaited]

    /// See ``DeviceState/snapshot(fences:)``; empty where no fix of it was taken.
    var state: [UInt8] {
        get { plain.state }
        set { memory = .plain(state: newValue, link: plain.link) }
    }

    /// See ``LinkState/snapshot()``; empty where nothing was heard of it.
    var link: [UInt8] {
        get { plain.link }
        set { memory = .plain(state: plain.state, link: newValue) }
    }

    private var plain: (state: [UInt8], link: [UInt8]) {
        switch memory {
        case .plain(let state, let link): return (state, link)
        case .squeezed(let squeezed, let link):
            let both = squeezed.plain
            invariant(both != nil, "no memory for a device's own bytes")
            return (Array((both ?? []).dropLast(link)), Array((both ?? []).suffix(link)))
        }
    }

    /// Has its bytes take less, if they can.
    mutating func squeeze() {
        let (state, link) = plain
        if let squeezed = Squeezed(state + link) { memory = .squeezed(squeezed, link: link.count) }
    }

    /// - Parameter numbers: the index of each fence, by id.
    func unpackState(_ numbers: [String: Int]) -> DeviceState {
        Self.read(state) { bytes throws(SnapshotError) in
            try DeviceState(snapshot: bytes, fenceNumber: { numbers[$0] })
        } ?? DeviceState()
    }

    func unpackLink(_ listened: Listened) -> LinkState {
        var link = Self.read(link) { bytes throws(SnapshotError) in try LinkState(snapshot: bytes) } ?? LinkState()
        if pauses < listened.pauses { link.resume(at: listened.since) }
        return link
    }

    private static func read<Value>(
        _ bytes: [UInt8], _ read: ([UInt8]) throws(SnapshotError) -> Value
    ) -> Value? {
        guard !bytes.isEmpty else { return nil }
        do throws(SnapshotError) {
            return try read(bytes)
        } catch {
            invariant(false, "a device's own bytes cannot be read: \(error)")
            return nil
        }
    }
}

/// When listening began last, after nobody had listened for a while: what idle devices are told of when they are unpacked.
struct Listened {
    var pauses: Int32 = 0
    var since = Timestamp(microseconds: .min)
}

extension Device {
    /// - Parameter numbers: the index of each fence, by id.
    convenience init(_ name: String, group: String?, _ idle: IdleDevice, _ numbers: [String: Int], _ listened: Listened)
    {
        self.init(name, group: group)
        memory = Memory(state: idle.unpackState(numbers), link: idle.unpackLink(listened))
        marks = idle.marks
        decidedFix = idle.decidedFix
        linkedFix = idle.linkedFix
    }

    /// - Parameter fences: those that its state has the numbers of.
    func packed(_ fences: FenceSet, _ listened: Listened) -> IdleDevice {
        var idle = IdleDevice()
        if marks.contains(.known) { idle.state = fences.snapshot(of: &memory.state) }
        if memory.link != LinkState() { idle.link = memory.link.snapshot() }
        idle.squeeze()
        idle.decidedFix = decidedFix
        idle.linkedFix = linkedFix
        idle.marks = marks.intersection(IdleDevice.packable)
        idle.pauses = listened.pauses
        return idle
    }
}
