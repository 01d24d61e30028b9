public import Positioning

/// A history in memory, for recordings that are replayed without a store.
public final class MemoryHistory: History {
    /// Where each device's past stands.
    private var places: [String: Int] = [:]
    private var pasts: [Past] = []
    /// Fixes that were given and are not in their devices' pasts yet, with the places of those; see ``settle()``.
    private var given: [(place: Int, fix: Trace)] = []

    fileprivate struct Past {
        /// By ascending time, each time once.
        var fixes: [Trace] = []
        var checkpoints: [(time: Timestamp, state: [UInt8])] = []
        var events: [Event] = []
        var newest: Timestamp?
        var hasForgottenFixes = false
        var hasSpikes = false
    }

    /// A fix as far as decisions are made from it.
    fileprivate struct Trace {
        var time: Timestamp
        var latitude: Double
        var longitude: Double
        /// Not a number where the receiver did not say.
        var accuracy_m: Double
        var hdop: Double
        var speed_mps: Double
        var course_deg: Double
        var altitude_m: Double
        /// Negative where the receiver did not say.
        var satellites: Int32
        /// Why it was withdrawn; `nil`: it stands.
        var withdrawn: Rejection?
    }

    private let lateHorizon_s: Double

    /// - Parameter lateHorizon_s: seconds by which a fix may be late: what that takes is remembered.
    public init(lateHorizon_s: Double = Limits.lateHorizon_s) { self.lateHorizon_s = lateHorizon_s }

    /// Remembers what was decided at one report.
    /// - Parameter fix: `nil` where it was rejected.
    public func remember(_ fix: Fix?, of device: String, _ decisions: Decisions) {
        if let fix {
            given.append((place(of: device), Trace(fix)))
            if given.count >= Limits.gatheredFixes { settle() }
        }
        guard !decisions.isEmpty else { return }
        if !decisions.withdrawals.isEmpty { settle() }
        for event in decisions.events { pasts[place(of: event.device)].take(event) }
        for event in decisions.redecided { pasts[place(of: event.device)].redecide(event) }
        for withdrawal in decisions.withdrawals {
            pasts[place(of: withdrawal.device)].withdraw(withdrawal.time, withdrawal.reason)
        }
        for checkpoint in decisions.checkpoints {
            let place = place(of: checkpoint.device)
            pasts[place].take(checkpoint)
            if checkpoint.state != nil {
                pasts[place].forget(
                    before: checkpoint.time.advanced(bySeconds: -lateHorizon_s - Limits.checkpointEvery_s))
            }
        }
    }

    private func place(of device: String) -> Int {
        if let place = places[device] { return place }
        places[device] = pasts.count
        pasts.append(Past())
        return pasts.count - 1
    }

    /// Puts the fixes into their devices' pasts: together, for each by itself would wait for memory that nothing else uses.
    private func settle() {
        for (place, fix) in given { pasts[place].take(fix) }
        given.removeAll(keepingCapacity: true)
    }

    /// What is known of a device that is asked about.
    private func past(of device: String) -> Past? {
        settle()
        return places[device].map { pasts[$0] }
    }

    public func holdsFix(of device: String, at time: Timestamp) -> Bool {
        guard let fixes = past(of: device)?.fixes else { return false }
        let place = fixes.partitioningIndex { $0.time >= time }
        return place < fixes.count && fixes[place].time == time
    }

    public func hasForgotten(_ device: String, at time: Timestamp) -> Bool { false }

    public func checkpoint(of device: String, before time: Timestamp) -> (time: Timestamp, state: [UInt8])? {
        past(of: device)?.checkpoints.last { $0.time < time }
    }

    public func hasForgottenFixes(of device: String) -> Bool { past(of: device)?.hasForgottenFixes ?? false }

    public func cannotRead(checkpointOf device: String, at time: Timestamp) {}

    public func fixes(of device: String, after time: Timestamp?) -> [Fix] {
        guard let past = past(of: device) else { return [] }
        let start = time.map { time in past.fixes.partitioningIndex { $0.time > time } } ?? 0
        return past.fixes[start...].filter { $0.withdrawn == nil }.map(\.fix)
    }

    public func spikes(of device: String, after time: Timestamp?) -> [Fix] {
        guard let past = past(of: device), past.hasSpikes else { return [] }
        let start = time.map { time in past.fixes.partitioningIndex { $0.time > time } } ?? 0
        return past.fixes[start...].filter { $0.withdrawn == .impossible_speed }.map(\.fix)
    }

    public func standingEvents(of device: String, decidedAfter time: Timestamp?) -> [Event] {
        guard let events = past(of: device)?.events else { return [] }
        return events.filter { event in time.map { event.decided > $0 } ?? true }
    }
}

extension MemoryHistory.Past {
    mutating func take(_ fix: MemoryHistory.Trace) {
        if let newest, fix.time <= newest {
            fixes.insert(fix, at: fixes.partitioningIndex { $0.time >= fix.time })
        } else {
            newest = fix.time
            fixes.append(fix)
        }
    }

    mutating func withdraw(_ time: Timestamp, _ reason: Rejection) {
        let place = fixes.partitioningIndex { $0.time >= time }
        guard place < fixes.count, fixes[place].time == time else { return }
        fixes[place].withdrawn = reason
        if reason == .impossible_speed { hasSpikes = true }
    }

    mutating func take(_ event: Event) {
        guard event.kind == .retract else {
            events.append(event)
            return
        }
        let wrong = events.lastIndex { $0.isRetracted(by: event) }
        if let wrong { events.remove(at: wrong) }
    }

    mutating func redecide(_ event: Event) {
        if let told = events.lastIndex(where: { $0.isTold(as: event) }) { events[told].decided = event.decided }
    }

    mutating func take(_ checkpoint: Decisions.Checkpoint) {
        if let state = checkpoint.state {
            checkpoints.append((checkpoint.time, state))
        } else {
            checkpoints.removeAll { $0.time > checkpoint.time }
        }
    }

    /// In blocks, so that not every fix moves all the others.
    mutating func forget(before time: Timestamp) {
        let block = 1024
        guard fixes.count > block, fixes[block].time < time,
            // A base for the oldest that may come late must stay, and all that came after it.
            let base = checkpoints.lastIndex(where: { $0.time < time })
        else { return }
        let kept = checkpoints[base].time
        hasForgottenFixes = true
        fixes.removeFirst(fixes.partitioningIndex { $0.time > kept })
        checkpoints.removeFirst(base)
        events.removeAll { $0.decided <= kept }
    }
}

extension MemoryHistory.Trace {
    init(_ fix: Fix) {
        self.init(
            time: fix.time, latitude: fix.coordinate.latitude, longitude: fix.coordinate.longitude,
            accuracy_m: fix.measurements.reportedAccuracy_m ?? .nan, hdop: fix.measurements.hdop ?? .nan,
            speed_mps: fix.measurements.speed_mps ?? .nan, course_deg: fix.measurements.course_deg ?? .nan,
            altitude_m: fix.measurements.altitude_m ?? .nan,
            satellites: fix.measurements.satellites.map(Int32.init(clamping:)) ?? -1)
    }

    var fix: Fix {
        var measurements = Measurements()
        measurements.reportedAccuracy_m = accuracy_m.isNaN ? nil : accuracy_m
        measurements.hdop = hdop.isNaN ? nil : hdop
        measurements.speed_mps = speed_mps.isNaN ? nil : speed_mps
        measurements.course_deg = course_deg.isNaN ? nil : course_deg
        measurements.altitude_m = altitude_m.isNaN ? nil : altitude_m
        measurements.satellites = satellites < 0 ? nil : Int(satellites)
        return Fix(
            time: time, coordinate: Coordinate(latitude: latitude, longitude: longitude), measurements: measurements)
    }
}

extension Event {
    /// Whether this is the event that a retraction takes back.
    public func isRetracted(by retraction: Event) -> Bool {
        var wrong = retraction
        wrong.kind = retraction.retracted ?? .retract
        return isTold(as: wrong)
    }

    /// Whether both are the same line.
    public func isTold(as other: Event) -> Bool {
        kind == other.kind && fence == other.fence && device == other.device && time == other.time
            && detected == other.detected && Self.areSame(anomaly, other.anomaly)
    }
}
