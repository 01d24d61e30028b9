public import Fencing
public import Positioning

/// The fences in force, as far as rules ask about them beyond those that a device is at.
public final class Ground {
    /// By their index.
    public let fences: [Fence]
    /// The indices of those of the kind `allowed`, …
    public let allowedFences: [Int]
    /// … and `route`.
    public let routes: [Int]
    /// Each one's, for what is asked at every fix: a fence is copied to be asked itself.
    private let kinds: [Fence.Kinds]
    private let ids: [String]
    private let digests: [UInt32]
    private let groups: [[String]]
    /// Whether one of ``allowedFences`` is for all groups.
    private let isAllowedForAll: Bool
    /// From when on they are in force.
    public let since: Timestamp
    private let distance: (Int, Coordinate) -> Double
    private let near: (Coordinate, Double) -> [Int]

    /// - Parameters:
    ///   - distance: metres from a place to the boundary of the fence with an index, negative inside.
    ///   - near: the indices of the fences that may be within some metres of a place, ascending: all that are, and some
    ///     that are not.
    public init(
        _ fences: [Fence], since: Timestamp, distance: @escaping (Int, Coordinate) -> Double,
        near: @escaping (Coordinate, Double) -> [Int]
    ) {
        self.fences = fences
        self.since = since
        allowedFences = fences.indices.filter { fences[$0].kind == .allowed }
        kinds = fences.map { Fence.Kinds($0.kind) }
        ids = fences.map(\.id)
        digests = fences.map { Fence.digest(of: $0.id) }
        groups = fences.map(\.groups)
        isAllowedForAll = fences.contains { $0.kind == .allowed && $0.groups.isEmpty }
        routes = fences.indices.filter { fences[$0].kind == .route }
        self.distance = distance
        self.near = near
    }

    /// The one that it is of.
    func kinds(of fence: Int) -> Fence.Kinds { kinds[fence] }

    func id(of fence: Int) -> String { ids[fence] }

    /// See ``Fencing/Fence/digest(of:)``.
    func digest(of fence: Int) -> UInt32 { digests[fence] }

    /// See ``Fencing/Fence/applies(to:)``.
    public func applies(_ fence: Int, to group: String?) -> Bool {
        groups[fence].isEmpty || group.map { groups[fence].contains($0) } ?? false
    }

    /// Whether a rule with this scope asks about it for a device of this group.
    func isMeant(_ fence: Int, in scope: Scope, for group: String?) -> Bool {
        applies(fence, to: group) && (scope.fences.isEmpty || scope.covers(fence: ids[fence]))
    }

    /// Whether one of ``allowedFences`` is meant so.
    func isAnyAllowed(in scope: Scope, for group: String?) -> Bool {
        isAllowedForAll && scope.isAboutAllFences || allowedFences.contains { isMeant($0, in: scope, for: group) }
    }

    func isWork(_ fence: Int) -> Bool { kinds[fence] == .work }

    func signedDistance_m(to fence: Int, from place: Coordinate) -> Double { distance(fence, place) }

    /// Those that may be within some metres of a place, ascending: all that are, and some that are not.
    func fences(near place: Coordinate, within metres: Double) -> [Int] { near(place, metres) }

    /// Those that a place is in, ascending.
    func fences(at place: Coordinate) -> [Int] { near(place, 0).filter { distance($0, place) <= 0 } }
}

extension Fence {
    /// Tells the few fences near one place apart, in less room than their ids: one pair in four milliards has the same. The same
    /// for ever, unlike `hashValue`.
    static func digest(of id: String) -> UInt32 {
        // FNV-1a.
        var sum: UInt32 = 0x811C_9DC5
        for byte in id.utf8 { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
        return sum
    }

    /// Some kinds of fences.
    struct Kinds: OptionSet {
        let rawValue: UInt8

        /// Where people work: they stand there, and visit it.
        static let work = Kinds(rawValue: 1)
        static let zone = Kinds(rawValue: 2)
        static let allowed = Kinds(rawValue: 4)
        static let forbidden = Kinds(rawValue: 8)
        static let route = Kinds(rawValue: 16)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ kind: Kind) {
            switch kind {
            case .site, .customer: self = .work
            case .zone: self = .zone
            case .allowed: self = .allowed
            case .forbidden: self = .forbidden
            case .route: self = .route
            }
        }
    }
}
