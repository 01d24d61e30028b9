internal import Fencing
internal import Positioning

/// Stays that lie in one fence, were a hypothesis about its datum true.
struct DatumCase: RuleState {
    /// Of the newest stay.
    private(set) var newest = Timestamp(microseconds: 0)
    /// See ``Fencing/Fence/digest(of:)``.
    private(set) var fence: UInt32 = 0
    private(set) var visits: UInt16 = 0
    /// Of ``Limits/datumDecoys``, at the stay where most were hit.
    private var hits: UInt8 = 0
    /// The hypothesis; and one bit more where it is told.
    private var mark: UInt8 = 0

    private static let told: UInt8 = 0x80

    init() {}

    init(fence: UInt32, _ hypothesis: DatumHypothesis) {
        self.fence = fence
        mark = hypothesis.rawValue
    }

    var hypothesis: DatumHypothesis { DatumHypothesis(rawValue: mark & ~Self.told) ?? .trackerGCJ02 }

    /// The alarm that stands is about it.
    var isTold: Bool {
        get { mark & Self.told != 0 }
        set { mark = newValue ? mark | Self.told : mark & ~Self.told }
    }

    /// That a stay there lies in a fence by chance: the share of decoys that do, and one more.
    var chance: Float { (Float(hits) + 1) / Float(Limits.datumDecoys + 1) }

    /// One more stay.
    mutating func count(at time: Timestamp, hits: Int) {
        newest = time
        visits = visits == .max ? .max : visits + 1
        self.hits = max(self.hits, UInt8(clamping: hits))
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var numbers = [Int64(fence), Int64(visits), Int64(hits), Int64(mark)]
        try coder.time(&newest)
        for index in numbers.indices { try coder.integer(&numbers[index]) }
        (fence, visits) = (UInt32(truncatingIfNeeded: numbers[0]), UInt16(clamping: numbers[1]))
        (hits, mark) = (UInt8(clamping: numbers[2]), UInt8(truncatingIfNeeded: numbers[3]))
    }

    /// As an earlier version wrote it: with the fence's id.
    /// - Parameter told: that, where the alarm that stands is about it.
    fileprivate init<Coder: StateCoder>(former coder: inout Coder, naming told: inout String?) throws(Coder.Failure) {
        var (id, chance, count, hypothesis, isTold) = ("", 0.0, Int64(0), Int64(0), false)
        try coder.string(&id)
        try coder.time(&newest)
        try coder.double(&chance)
        try coder.integer(&count)
        try coder.integer(&hypothesis)
        try coder.bool(&isTold)
        fence = Fence.digest(of: id)
        visits = UInt16(clamping: count)
        hits = UInt8(clamping: Int(max(0, min(1, chance)) * Double(Limits.datumDecoys + 1)) - 1)
        mark = UInt8(clamping: hypothesis)
        self.isTold = isTold
        if isTold { told = id }
    }
}

extension Few where Element == DatumCase {
    /// Reads what an earlier version wrote.
    /// - Parameter told: becomes the fence of the one that the alarm that stands is about.
    mutating func readFormer<Coder: StateCoder>(_ coder: inout Coder, naming told: inout String?) throws(Coder.Failure)
    {
        var count: Int64 = 0
        try coder.integer(&count)
        removeAll()
        while count > 0 {
            append(try DatumCase(former: &coder, naming: &told))
            count -= 1
        }
    }
}
