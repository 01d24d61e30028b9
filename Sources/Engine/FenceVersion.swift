internal import Anomalies
internal import Fencing
public import Geometry
public import Positioning

/// A set of fences, and from when on it was in force: a fix is decided with the fences of its time.
public struct FenceVersion: Equatable, Sendable {
    public var catalogue: FenceCatalogue
    /// By the clock that stamps arrivals; ``always`` for recorded input.
    public var since: Timestamp

    /// For all time.
    public static let always = Timestamp(microseconds: .min)

    public init(_ catalogue: FenceCatalogue, since: Timestamp = always) {
        self.catalogue = catalogue
        self.since = since
    }

    /// Which versions stay when another comes into force: those that late fixes may still ask for.
    /// - Parameters:
    ///   - starts: of all versions, ascending.
    ///   - since: the new one's. A version that would begin later is void: its clock was wrong.
    ///   - lateHorizon_s: seconds by which a fix may be late.
    public static func staying(_ starts: [Timestamp], at since: Timestamp, lateHorizon_s: Double) -> Range<Int> {
        let end = starts.partitioningIndex { $0 >= since }
        let horizon = since.advanced(bySeconds: -lateHorizon_s)
        // The last that had begun at the horizon is the first that is still asked for.
        let asked = max(0, starts[..<end].partitioningIndex { $0 > horizon } - 1)
        return max(asked, end + 1 - Limits.fenceVersions)..<end
    }
}

/// One version as a shard decides with it: GEOS's copy is made when it is first asked for, which most old versions never are.
final class FenceSet {
    let since: Timestamp
    let catalogue: FenceCatalogue
    private let rules: RuleSet
    private var built: (index: FenceIndex, decider: Decider)?
    /// The index of each fence, by id.
    private(set) lazy var numbers = Dictionary(
        fences.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })

    init(_ version: FenceVersion, _ rules: RuleSet) {
        self.rules = rules
        since = version.since
        catalogue = version.catalogue
    }

    var fences: [Fence] { catalogue.fences }

    /// - Throws: where GEOS is out of memory.
    func decider() throws(GeometryError) -> Decider { try build().decider }

    private func build() throws(GeometryError) -> (index: FenceIndex, decider: Decider) {
        if let built { return built }
        let index = try FenceIndex(catalogue)
        let made = (index, Decider(index, since: since, rules))
        built = made
        return made
    }

    /// Brings a device's distances, each measured when it last mattered, up to its newest fix: as they are kept.
    func measure(_ state: inout DeviceState) { built?.decider.measure(&state) }

    /// A device as it is kept; see ``DeviceState/snapshot(fences:)``.
    func snapshot(of state: inout DeviceState) -> [UInt8] {
        measure(&state)
        return state.snapshot(fences: fences)
    }

    /// Puts a device's places, which are of an older set, in step with this one. States carry over by fence id; an edited
    /// fence is decided anew at the next fix.
    /// - Parameter events: an exit is appended, with its reason, for each fence that is no more and that it was inside of.
    func takeOver(
        _ state: inout DeviceState, from old: FenceSet, of device: String, events: inout [Event]
    ) throws(GeometryError) {
        state.clearing = nil
        guard let newest = state.newest, !state.places.isEmpty else { return }
        let index = try build().index
        let decided = max(state.beginning(ofFencesSince: since), newest.time)
        state.adopt(
            fenceNumber: { numbers[old.fences[$0].id] },
            distance: { index.signedDistance(to: $0, from: newest.coordinate) },
            removed: {
                events.append(.removal(of: old.fences[$0].id, around: device, newest, decided: decided))
            })
    }
}
