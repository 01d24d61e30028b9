public import Positioning

/// What is remembered of several devices together: a plain value. There is one; it takes the devices' signals where their
/// shards' results are joined, in the order of arrival, so that the number of shards changes nothing.
public struct Fleet: Equatable, Sendable {
    private var patterns = PatternTable()
    private var members: [String: FleetMember] = [:]
    private var jamming = JammingIncidents()
    private var crowd = Crowd()
    private var changes = Changes()

    /// Of which nothing is known.
    public init() {}

    /// Given what was raised or cleared, of which device and where, when it happened, and when that became certain.
    public typealias Tell = (
        _ anomaly: Anomaly, _ device: String, _ place: Coordinate?, _ time: Timestamp, _ detected: Timestamp
    ) -> Void

    /// Takes one device's signal.
    public mutating func take(
        _ signal: FleetSignal, of device: String, group: String?, under rules: Rules, tell: Tell
    ) {
        switch signal.kind {
        case .pattern(let run):
            guard let rule = rules.replayed else { return }
            take(run, signal, of: device, under: rule, tell: tell)
        case .jammed(let since, let weight):
            guard let rule = rules.jamming else { return }
            let sighting = JammingIncidents.Sighting(
                device: device, since: since, heard: signal.time, place: signal.place, weight: weight)
            jamming.take(sighting, under: rule, tell: tell)
            changes.hasIncidents = true
        case .unjammed:
            guard let rule = rules.jamming else { return }
            jamming.release(device, at: signal.time, under: rule, tell: tell)
            changes.hasIncidents = true
        case .present:
            guard let rule = rules.gathering, let place = signal.place else { return }
            take(Presence(place: place, time: signal.time, group: group), of: device, under: rule, tell: tell)
        }
    }

    private mutating func take(
        _ run: PatternRun, _ signal: FleetSignal, of device: String, under rule: Replayed, tell: Tell
    ) {
        let known = patterns.recognise(run, of: device)
        if !known.isKnown {
            changes.patterns.append(patterns.add(run, of: device))
            forget(patterns.trim(atMost: Limits.patterns))
        }
        guard let match = known.match else {
            judge(device, at: signal.time) { suspicion in
                rule.goOn(at: signal.time, &suspicion) { anomaly, time, detected, _ in
                    tell(anomaly, device, signal.place, time, detected)
                }
            }
            return
        }
        // A run is looked at a while after it ended. Who was there meanwhile was not there before.
        let isOriginal = match.seen.device != device && match.seen.time > run.ended && match.seen.time <= signal.time
        let suspect = isOriginal ? match.seen.device : device
        let finding = isOriginal ? match.finding(behind: device, at: run.ended) : match.finding(in: run)
        judge(suspect, at: signal.time, isNew: true) { suspicion in
            rule.take(finding, at: signal.time, &suspicion) { anomaly, time, detected, _ in
                tell(anomaly, suspect, signal.place, time, detected)
            }
        }
    }

    /// - Parameter isNew: also one of which nothing is suspected yet.
    private mutating func judge(
        _ device: String, at time: Timestamp, isNew: Bool = false, _ judge: (inout Replayed.Suspicion) -> Void
    ) {
        guard var suspicion = members[device]?.suspicion ?? (isNew ? Replayed.Suspicion() : nil) else { return }
        judge(&suspicion)
        let isOver = suspicion.newest == nil && suspicion.alarm.isReady(at: time)
        change(device) { $0.suspicion = isOver ? nil : suspicion }
    }

    private mutating func take(_ presence: Presence, of device: String, under rule: Gathering, tell: Tell) {
        let old = members[device]?.presence
        crowd.stand(by: members.lazy.compactMap { name, member in member.presence.map { (name, $0) } }, under: rule)
        guard old != nil || crowd.count < Limits.presentDevices, old.map({ presence.time > $0.time }) ?? true else {
            return
        }
        var presence = presence
        crowd.move(device, from: old?.place, to: presence.place)
        let around = crowd.devices(around: presence.place, within: rule.radius_m) { members[$0]?.presence }
            .filter { $0.presence.isThere(at: presence.time, in: presence.group) && $0.device != device }
        let isCrowded = Double(around.count + 1) >= rule.devices
        let since = old.flatMap { $0.isThere(at: presence.time, in: presence.group) ? $0.crowdedSince : nil }
        presence.crowdedSince = isCrowded ? since ?? presence.time : nil
        change(device) { $0.presence = presence }
        let names = (around.map(\.device) + [device]).sorted()
        let known = members
        let isChanged = crowd.judge(presence, names, under: rule, tell: tell) { known[$0]?.presence }
        changes.hasIncidents = changes.hasIncidents || isChanged
    }

    private mutating func change(_ device: String, _ change: (inout FleetMember) -> Void) {
        var member = members[device] ?? FleetMember()
        change(&member)
        members[device] = member == FleetMember() ? nil : member
        changes.members.insert(device)
    }

    private mutating func forget(_ pattern: Int64?) {
        if let pattern { changes.forgottenPattern = pattern }
    }

    /// Forgets the runs that were seen before a time, the oldest first, up to the first that was not.
    public mutating func forgetPatterns(before cut: Timestamp) { forget(patterns.trim(atMost: .max, before: cut)) }
}

/// What is remembered of one device among several.
struct FleetMember: Equatable, Sendable {
    var suspicion: Replayed.Suspicion?
    var presence: Presence?

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.optional(&suspicion, blank: Replayed.Suspicion()) { (coder, suspicion) throws(Coder.Failure) in
            try suspicion.code(&coder)
        }
        try coder.optional(&presence, blank: Presence()) { (coder, presence) throws(Coder.Failure) in
            try presence.code(&coder)
        }
    }
}

// MARK: what is kept

extension Fleet {
    /// A run of positions that was seen for the first time in its surroundings; see ``PatternRun``.
    public struct Pattern: Equatable, Sendable {
        /// Ascending.
        public var id: Int64
        /// By which it is found.
        public var digest: UInt64
        /// What came before it, and after.
        public var before: PatternRun.Flank
        public var after: PatternRun.Flank
        /// Whose it was.
        public var device: String
        /// When the run's last position was reached, to the second.
        public var time: Timestamp

        /// - Parameter id: above all that are kept.
        public init(
            id: Int64, digest: UInt64, before: PatternRun.Flank, after: PatternRun.Flank, device: String,
            time: Timestamp
        ) {
            self.id = id
            self.digest = digest
            self.before = before
            self.after = after
            self.device = device
            self.time = time
        }
    }

    /// What has changed since it was last asked.
    public struct Changes: Equatable, Sendable {
        /// What ``Fleet/code(_:)`` writes.
        public var hasIncidents = false
        /// The devices of which ``Fleet/code(_:memberOf:)`` writes something else than before.
        public var members: Set<String> = []
        /// New ones, by ascending id.
        public var patterns: [Pattern] = []
        /// Those up to this id are no more.
        public var forgottenPattern: Int64?

        /// None.
        public init() {}

        /// Whether nothing has changed.
        public var isEmpty: Bool { self == Changes() }
    }

    /// What is to be kept since the last call.
    public mutating func takeChanges() -> Changes {
        defer { changes = Changes() }
        return changes
    }

    /// Whether something is remembered of a device, but for its patterns.
    public func hasMember(_ device: String) -> Bool { members[device] != nil }

    /// Writes or reads what belongs to no single device.
    public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try jamming.code(&coder)
        try crowd.code(&coder)
    }

    /// Writes or reads what is remembered of one device.
    public mutating func code<Coder: StateCoder>(
        _ coder: inout Coder, memberOf device: String
    ) throws(Coder.Failure) {
        var member = members[device] ?? FleetMember()
        try member.code(&coder)
        members[device] = member
    }

    /// Puts a pattern back; by ascending id.
    public mutating func restore(_ pattern: Pattern) { patterns.add(pattern) }
}
