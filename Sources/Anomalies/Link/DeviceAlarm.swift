public import Positioning

/// `device_alarm`: the tracker itself raises one: somebody calls for help, its power is cut, … Each kind stands by itself.
///
/// A tracker says it once, or again and again: what stands is not told again, and is over when reports have come without it for
/// a while. A low battery is one that says so, or one whose charge says so; then only its charge ends it.
public struct DeviceAlarm: LinkRule {
    public static let name = RuleName.device_alarm
    public static let settings: [Setting<DeviceAlarm>] = [
        Setting("quiet_s", \.quiet_s, 1...86_400), Setting("battery_percent", \.battery_percent, 1...95),
        Setting("empty_percent", \.empty_percent, 0...95), .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// Seconds of reports without it, after which it is over.
    public var quiet_s = 600.0
    /// Per cent of charge at which it is low; over at ``Limits/chargeAgain_percent`` more.
    public var battery_percent = 20.0
    /// Per cent at which it is told again.
    public var empty_percent = 10.0
    /// None: who calls for help once more, after it was over, is heard at once.
    public var cooldown_s = 0.0

    public init() {}

    public struct State: RuleState {
        /// At most one of each kind; those that are over are forgotten.
        var sounding: [Sounding] = []
        /// See ``percent``; negative where there is none.
        private var charge: Int8 = -1
        var isEmpty = false

        public init() {}

        /// The charge that a low battery was last told at; `nil` where none was.
        var percent: Int8? {
            get { charge < 0 ? nil : charge }
            set { charge = newValue ?? -1 }
        }

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.list(&sounding, blank: Sounding(kind: [])) { (coder, one) throws(Coder.Failure) in
                try one.code(&coder)
            }
            var wide = Int64(charge)
            try coder.integer(&wide)
            charge = wide < 0 ? -1 : Int8(truncatingIfNeeded: wide)
            try coder.bool(&isEmpty)
        }
    }

    /// One kind's.
    struct Sounding: Equatable, Sendable {
        var alarm = Alarm()
        /// When it was said last.
        @PackedTime var newest = Timestamp(microseconds: 0)
        /// The kind, and above it the count of reports.
        private var packed: UInt32

        init(kind: Report.Alarms) { packed = UInt32(kind.rawValue) }

        var kind: Report.Alarms { Report.Alarms(rawValue: UInt8(truncatingIfNeeded: packed)) }

        /// Those that said it, since it was raised: as far as 24 bits go, half a year of one a second.
        var reports: Int {
            get { Int(packed >> 8) }
            set { packed = UInt32(min(newValue, 0xFF_FFFF)) << 8 | packed & 0xFF }
        }

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&newest)
            try alarm.code(&coder)
            var bits = Int64(kind.rawValue)
            try coder.integer(&bits)
            var count = reports
            try coder.count(&count)
            packed = UInt32(UInt8(truncatingIfNeeded: bits))
            reports = max(0, count)
        }
    }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        !report.alarms.isEmpty || isLow(report) || !state.sounding.isEmpty
    }

    @inline(__always) private func isLow(_ report: Report) -> Bool {
        report.battery_percent.map { Double($0) <= battery_percent } ?? false
    }

    public func judge(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, tell: Tell
    ) {
        let said = isLow(report) ? report.alarms.union(.lowBattery) : report.alarms
        for (kind, name) in Report.Alarms.named {
            let tell: Tell = { anomaly, time, detected, fence in
                var named = anomaly
                named.subject = name
                named.isUrgent = kind == .sos && anomaly.state == .raised
                tell(named, time, detected, fence)
            }
            let place = state.sounding.firstIndex { $0.kind == kind }
            if said.contains(kind) {
                if place == nil {
                    // Without room for more: a device is to take no more memory than it must.
                    state.sounding.reserveCapacity(state.sounding.count + 1)
                    state.sounding.append(Sounding(kind: kind))
                }
                sound(place ?? state.sounding.count - 1, name, report, heard, &state, tell)
            } else if let place {
                miss(place, name, report, heard, &state, tell)
                if state.sounding[place].alarm.isReady(at: heard.time) { state.sounding.remove(at: place) }
            }
        }
    }

    private func sound(
        _ place: Int, _ name: String, _ report: Report, _ heard: borrowing Heard, _ state: inout State, _ tell: Tell
    ) {
        let since = min(heard.fixed ?? heard.time, heard.time)
        var one = state.sounding[place]
        one.newest = heard.time
        one.reports += 1
        var hasEmptied = false
        if one.kind == .lowBattery, let percent = report.battery_percent {
            state.percent = Int8(clamping: percent)
            hasEmptied = !state.isEmpty && Double(percent) <= empty_percent
            if hasEmptied { state.isEmpty = true }
        }
        let write = Self.evidence(of: one, name, state)
        if hasEmptied, one.alarm.isRaised {
            one.alarm.escalate(Self.name, at: heard.time, since: since, tell: tell, evidence: write)
        }
        one.alarm.raise(Self.name, at: heard.time, since: since, tell: tell, evidence: write)
        state.sounding[place] = one
    }

    /// A report without it.
    private func miss(
        _ place: Int, _ name: String, _ report: Report, _ heard: borrowing Heard, _ state: inout State, _ tell: Tell
    ) {
        var one = state.sounding[place]
        if one.kind == .lowBattery, state.percent != nil {
            guard let percent = report.battery_percent else { return }
            state.percent = Int8(clamping: percent)
            guard Double(percent) >= battery_percent + Limits.chargeAgain_percent else { return }
        } else if heard.time.seconds(since: one.newest) < quiet_s {
            return
        }
        let write = Self.evidence(of: one, name, state)
        one.alarm.clear(Self.name, at: heard.time, cooldown_s: cooldown_s, tell: tell, evidence: write)
        one.reports = 0
        state.sounding[place] = one
        if one.kind == .lowBattery { (state.percent, state.isEmpty) = (nil, false) }
    }

    private static func evidence(of one: Sounding, _ name: String, _ state: State) -> (inout EvidenceWriter) -> Void {
        { evidence in
            evidence.word("alarm", name)
            evidence.count("reports", one.reports)
            if one.kind == .lowBattery, let percent = state.percent { evidence.count("battery_percent", Int(percent)) }
            evidence.time("newest", one.newest)
        }
    }
}
