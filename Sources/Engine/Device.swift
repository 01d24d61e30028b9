internal import Anomalies
internal import CProcessor
internal import Fencing
internal import Positioning

/// One device of a shard that is awake, changed where it lies: it is found once for a report, and never copied.
final class Device {
    let name: String
    let group: String?
    var marks: Marks = []
    /// See ``Devices/note(_:number:)``.
    var number: Int?
    /// The journal's fixes up to this one were in its state, and in its link, when it was restored.
    var decidedFix = Int64.min
    /// The journal's fixes up to this one are in its link.
    var linkedFix = Int64.min
    // In the hands of one step at a time. That nobody else reaches it meanwhile is checked where the tests run, and not at every
    // report of every device.
    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    var memory = Memory()

    init(_ name: String, group: String?) {
        self.name = name
        self.group = group
    }

    /// - Returns: those that are new.
    func add(_ more: Marks) -> Marks {
        let news = more.subtracting(marks)
        if !news.isEmpty { marks.formUnion(news.union(.active)) }
        return news
    }

    /// What is remembered of it.
    struct Memory {
        /// Of its track; blank while only its link is known, from a time before.
        var state = DeviceState()
        var link = LinkState()
    }

    struct Marks: OptionSet {
        let rawValue: UInt8
        /// A fix of it was taken.
        static let known = Marks(rawValue: 1)
        /// Its state has changed since it was last kept.
        static let changed = Marks(rawValue: 2)
        /// Late fixes of it wait.
        static let late = Marks(rawValue: 4)
        /// Its link is to be kept with this batch, or …
        static let linkDue = Marks(rawValue: 8)
        /// … has changed since it was last kept.
        static let linkChanged = Marks(rawValue: 16)
        /// It has its one place in ``NextLooks``.
        static let awaited = Marks(rawValue: 32)
        /// Something has become of it since it was last looked at for being idle; see ``Devices``.
        static let active = Marks(rawValue: 64)
    }
}

extension Device {
    /// Where it lies, without a look at it.
    var address: UnsafeRawPointer { unsafe UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque()) }

    /// Has what a report of a device asks for brought into the processor's cache: thousands of others have pushed it out since
    /// its last one.
    @inline(__always)
    static func prefetch(at address: UnsafeRawPointer, withRules: Bool) {
        unsafe cprocessor_prefetch(address, withRules ? bytes : bytesWithoutRules)
    }

    /// The same of the first of its places, mostly the only one, and of what is said of all before it: how many there are must
    /// not be asked.
    /// - Parameter address: of the first.
    @inline(__always)
    static func prefetch(placesAt address: UnsafeRawPointer) {
        let header = 16
        unsafe cprocessor_prefetch(address - header, header + MemoryLayout<Place>.size)
    }

    /// Before its memory: its name, and what else is.
    private static var header: Int { 80 }
    private static var bytes: Int { header + MemoryLayout<Memory>.size }
    /// They lie last, but for the link.
    private static var bytesWithoutRules: Int { bytes - MemoryLayout<LinkState>.size - MemoryLayout<TrackStates>.size }
}
