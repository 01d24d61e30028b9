public import Anomalies
public import Fencing
internal import Positioning

extension DeviceState {
    static let snapshotVersion: UInt8 = 4
    /// Its rules kept more of each run.
    private static let formerVersion: UInt8 = 3
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
        rules.write(to: &out)
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
        let hasRules = version > Self.unruledVersion
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
        suspect = try input.optional { input throws(SnapshotError) in try input.fix(hasRules) }
        let lateCount = try input.integer()
        while Int64(late.count) < lateCount { late.append(try input.fix(hasRules)) }
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
        if hasRules { try rules.read(from: &input, isFormer: version == Self.formerVersion) }
    }
}

extension SnapshotWriter {
    mutating func time(_ value: Timestamp) { integer(value.microseconds) }

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

extension SnapshotReader {
    mutating func time() throws(SnapshotError) -> Timestamp { Timestamp(microseconds: try integer()) }

    mutating func optional<Value>(
        _ read: (inout Self) throws(SnapshotError) -> Value
    ) throws(SnapshotError) -> Value? {
        try byte() == 0 ? nil : try read(&self)
    }

    /// - Parameter hasRules: what only the rules ask for is in it.
    mutating func fix(_ hasRules: Bool) throws(SnapshotError) -> Fix {
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
