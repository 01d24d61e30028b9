internal import Anomalies
public import Fencing
internal import Positioning

/// Why bytes are no snapshot.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    case version(found: UInt8)
    case cut(at: Int)
    case unknownPhase(UInt8)

    public var description: String {
        switch self {
        case .version(let found):
            "the snapshot is of version \(found), this geofenced reads \(DeviceState.snapshotVersion): use the geofenced that wrote the store, or a newer one"
        case .cut(let offset):
            "the snapshot ends at byte \(offset), in the middle of a value: restore the store from a backup"
        case .unknownPhase(let phase):
            "the snapshot holds a membership phase \(phase) that does not exist: restore the store from a backup"
        }
    }
}

extension DeviceState {
    static let snapshotVersion: UInt8 = 3
    /// Had no rules: they begin anew at the next fix.
    private static let unruledVersion: UInt8 = 2
    /// Had no reckoning, which begins anew at the next fix, no passages, and nothing ahead either.
    private static let firstVersion: UInt8 = 1

    /// The state as bytes, fences by id, so that it outlives a change of the set of fences.
    public func snapshot(fences: [Fence]) -> [UInt8] {
        var out = SnapshotWriter()
        out.byte(Self.snapshotVersion)
        out.optional(newest) { out, waypoint in
            out.time(waypoint.time)
            out.double(waypoint.coordinate.latitude)
            out.double(waypoint.coordinate.longitude)
            out.double(waypoint.accuracy_m)
            out.optional(waypoint.speed_mps) { $0.double($1) }
            out.optional(waypoint.course_deg) { $0.double($1) }
        }
        out.optional(scatter.newest) { $0.time($1) }
        out.double(scatter.centre.latitude)
        out.double(scatter.centre.longitude)
        out.double(scatter.variance_m2)
        out.double(scatter.stood_s)
        out.byte(scatter.isAway ? 1 : 0)
        out.optional(reckoning) { $0.reckoning($1) }
        out.integer(Int64(places.count))
        for place in places {
            out.string(fences[place.fence].id)
            out.double(place.signedDistance_m)
            out.phase(place.membership.phase)
        }
        out.optional(suspect) { $0.fix($1) }
        out.integer(Int64(late.count))
        for fix in late { out.fix(fix) }
        out.optional(lateSince) { $0.time($1) }
        out.optional(checkpointed) { $0.time($1) }
        out.optional(lateReceived) { $0.time($1) }
        out.byte(lags ? 1 : 0)
        out.integer(Int64(passages.count))
        for passage in passages {
            out.time(passage.since)
            out.time(passage.from)
        }
        out.optional(ahead) { $0.time($1) }
        var rules = rules
        rules.code(&out)
        return out.finish()
    }

    /// - Parameter fenceNumber: the index of the fence with this id, among those that the snapshot was made with.
    /// - Throws: ``SnapshotError``
    public init(snapshot bytes: [UInt8], fenceNumber: (String) -> Int?) throws(SnapshotError) {
        var input = SnapshotReader(bytes)
        let version = try input.byte()
        guard (Self.firstVersion...Self.snapshotVersion).contains(version) else {
            throw .version(found: version)
        }
        input.hasRules = version > Self.unruledVersion
        self.init()
        if try input.byte() != 0 {
            newest = Waypoint(
                time: try input.time(),
                coordinate: Coordinate(latitude: try input.double(), longitude: try input.double()),
                accuracy_m: try input.double(),
                speed_mps: try input.optional { input throws(SnapshotError) in try input.double() },
                course_deg: try input.optional { input throws(SnapshotError) in try input.double() })
        }
        scatter = Scatter(
            newest: try input.optional { input throws(SnapshotError) in try input.time() },
            centre: Coordinate(latitude: try input.double(), longitude: try input.double()),
            variance_m2: try input.double(), stood_s: try input.double(), isAway: try input.byte() != 0)
        if version != Self.firstVersion {
            reckoning = try input.optional { input throws(SnapshotError) in try input.reckoning() }
        }
        let count = try input.integer()
        var index = 0
        while index < count {
            index += 1
            let id = try input.string()
            let distance = try input.double()
            let phase = try input.phase()
            guard let fence = fenceNumber(id) else { continue }
            places.append(Place(fence: fence, membership: Membership(phase: phase), signedDistance_m: distance))
        }
        places.sort { $0.fence < $1.fence }
        suspect = try input.optional { input throws(SnapshotError) in try input.fix() }
        let lateCount = try input.integer()
        while Int64(late.count) < lateCount { late.append(try input.fix()) }
        lateSince = try input.optional { input throws(SnapshotError) in try input.time() }
        checkpointed = try input.optional { input throws(SnapshotError) in try input.time() }
        guard version != Self.firstVersion else { return }
        lateReceived = try input.optional { input throws(SnapshotError) in try input.time() }
        lags = try input.byte() != 0
        let passageCount = try input.integer()
        while Int64(passages.count) < passageCount {
            passages.append(FencePassage(since: try input.time(), from: try input.time()))
        }
        ahead = try input.optional { input throws(SnapshotError) in try input.time() }
        if input.hasRules { try rules.code(&input) }
    }
}

extension SnapshotWriter: StateCoder {
    typealias Failure = Never

    mutating func double(_ value: inout Double) { double(value) }
    mutating func integer(_ value: inout Int64) { integer(value) }
    mutating func bool(_ value: inout Bool) { byte(value ? 1 : 0) }
    mutating func string(_ value: inout String) { string(value) }
}

extension SnapshotReader: StateCoder {
    typealias Failure = SnapshotError

    mutating func double(_ value: inout Double) throws(SnapshotError) { value = try double() }
    mutating func integer(_ value: inout Int64) throws(SnapshotError) { value = try integer() }
    mutating func bool(_ value: inout Bool) throws(SnapshotError) { value = try byte() != 0 }
    mutating func string(_ value: inout String) throws(SnapshotError) { value = try string() }
}

/// Fixed-width little-endian values, one after the other.
struct SnapshotWriter {
    private(set) var bytes: [UInt8] = []

    /// With room for what most devices take.
    init() { bytes.reserveCapacity(256) }

    /// In as little memory as they take, for they may be held for long.
    consuming func finish() -> [UInt8] { unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func integer(_ value: Int64) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func double(_ value: Double) { integer(Int64(bitPattern: value.bitPattern)) }

    mutating func time(_ value: Timestamp) { integer(value.microseconds) }

    mutating func string(_ value: String) {
        integer(Int64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func optional<Value>(_ value: Value?, _ write: (inout Self, Value) -> Void) {
        byte(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    /// As far as decisions are made from it; the journal has the whole.
    mutating func fix(_ fix: Fix) {
        time(fix.time)
        double(fix.coordinate.latitude)
        double(fix.coordinate.longitude)
        optional(fix.measurements.reportedAccuracy_m) { $0.double($1) }
        optional(fix.measurements.hdop) { $0.double($1) }
        optional(fix.measurements.speed_mps) { $0.double($1) }
        optional(fix.measurements.course_deg) { $0.double($1) }
        optional(fix.measurements.altitude_m) { $0.double($1) }
        optional(fix.measurements.satellites) { $0.integer(Int64($1)) }
    }

    mutating func reckoning(_ reckoning: Reckoning) {
        double(reckoning.place.latitude)
        double(reckoning.place.longitude)
        double(reckoning.errorEast_m)
        double(reckoning.errorNorth_m)
        double(reckoning.placeVariance_m2)
        double(reckoning.errorVariance_m2)
        double(reckoning.covariance_m2)
        byte(reckoning.isAstray ? 1 : 0)
    }

    mutating func phase(_ phase: Membership.Phase) {
        switch phase {
        case .outside: byte(0)
        case .entering(let entry, let evidence):
            byte(1)
            crossing(entry.crossing)
            byte(entry.isInitial ? 1 : 0)
            optional(entry.from) { out, origin in
                out.time(origin.time)
                out.double(origin.coordinate.latitude)
                out.double(origin.coordinate.longitude)
            }
            self.evidence(evidence)
        case .inside(let stay):
            byte(2)
            self.stay(stay)
        case .leaving(let stay, let evidence):
            byte(3)
            self.stay(stay)
            self.evidence(evidence)
        }
    }

    private mutating func crossing(_ crossing: Crossing) {
        time(crossing.time)
        double(crossing.uncertainty_s)
    }

    private mutating func stay(_ stay: Membership.Stay) {
        time(stay.entered)
        byte(stay.hasDwelt ? 1 : 0)
        optional(stay.edge) { $0.crossing($1) }
    }

    private mutating func evidence(_ evidence: Evidence) {
        time(evidence.began)
        time(evidence.newest)
        double(evidence.elapsed_s)
        double(evidence.integral)
        double(evidence.latest)
    }
}

struct SnapshotReader {
    private let bytes: [UInt8]
    private var offset = 0
    /// Whether what only the rules ask for is in it.
    var hasRules = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws(SnapshotError) -> UInt8 {
        guard offset < bytes.count else { throw .cut(at: offset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func integer() throws(SnapshotError) -> Int64 {
        guard bytes.count - offset >= 8 else { throw .cut(at: offset) }
        defer { offset += 8 }
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        }
    }

    mutating func double() throws(SnapshotError) -> Double { Double(bitPattern: UInt64(bitPattern: try integer())) }

    mutating func time() throws(SnapshotError) -> Timestamp { Timestamp(microseconds: try integer()) }

    mutating func string() throws(SnapshotError) -> String {
        let count = try integer()
        guard count >= 0, count <= Int64(bytes.count - offset) else { throw .cut(at: offset) }
        defer { offset += Int(count) }
        return String(decoding: bytes[offset..<offset + Int(count)], as: UTF8.self)
    }

    mutating func optional<Value>(
        _ read: (inout Self) throws(SnapshotError) -> Value
    ) throws(SnapshotError) -> Value? {
        try byte() == 0 ? nil : try read(&self)
    }

    mutating func fix() throws(SnapshotError) -> Fix {
        let time = try time()
        let coordinate = Coordinate(latitude: try double(), longitude: try double())
        var measurements = Measurements()
        measurements.reportedAccuracy_m = try optional { input throws(SnapshotError) in try input.double() }
        measurements.hdop = try optional { input throws(SnapshotError) in try input.double() }
        measurements.speed_mps = try optional { input throws(SnapshotError) in try input.double() }
        measurements.course_deg = try optional { input throws(SnapshotError) in try input.double() }
        if hasRules {
            measurements.altitude_m = try optional { input throws(SnapshotError) in try input.double() }
            measurements.satellites = try optional { input throws(SnapshotError) in Int(try input.integer()) }
        }
        return Fix(time: time, coordinate: coordinate, measurements: measurements)
    }

    mutating func reckoning() throws(SnapshotError) -> Reckoning {
        Reckoning(
            place: Coordinate(latitude: try double(), longitude: try double()), errorEast_m: try double(),
            errorNorth_m: try double(), placeVariance_m2: try double(), errorVariance_m2: try double(),
            covariance_m2: try double(), isAstray: try byte() != 0)
    }

    mutating func phase() throws(SnapshotError) -> Membership.Phase {
        let tag = try byte()
        switch tag {
        case 0: return .outside
        case 1:
            let crossing = try crossing()
            let isInitial = try byte() != 0
            let from =
                try byte() == 0
                ? nil
                : Membership.Origin(
                    time: try time(), coordinate: Coordinate(latitude: try double(), longitude: try double()))
            return .entering(
                Membership.Entry(crossing: crossing, isInitial: isInitial, from: from), try evidence())
        case 2: return .inside(try stay())
        case 3: return .leaving(try stay(), try evidence())
        default: throw .unknownPhase(tag)
        }
    }

    private mutating func crossing() throws(SnapshotError) -> Crossing {
        Crossing(time: try time(), uncertainty_s: try double())
    }

    private mutating func stay() throws(SnapshotError) -> Membership.Stay {
        Membership.Stay(
            entered: try time(), hasDwelt: try byte() != 0, edge: try byte() == 0 ? nil : try crossing())
    }

    private mutating func evidence() throws(SnapshotError) -> Evidence {
        var evidence = Evidence(of: 0, at: try time())
        evidence.newest = try time()
        evidence.elapsed_s = try double()
        evidence.integral = try double()
        evidence.latest = try double()
        return evidence
    }
}
