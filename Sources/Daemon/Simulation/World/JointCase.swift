internal import Anomalies
internal import Positioning

/// A rule's case that several devices have together, in one area at one time, on a day of the staff in the city; the others of
/// the staff go about their work.
struct JointCase: Sendable {
    let rule: RuleName
    /// Of those who were asked to the area, and of others.
    let days: [DeviceDay]
    /// When it was so; `nil`: it did not come about, since too few were there.
    private(set) var label: Label?
    /// The devices that truly have part in it.
    private(set) var members: Set<String> = []

    /// Those that have such cases.
    static let rules: [RuleName] = [.jamming, .gathering]
    /// Seconds for which a case lasts at least.
    private static let least_s: [RuleName: Double] = [.jamming: 300, .gathering: 1200]
    /// Metres beyond a gathering's radius within which one may be, and be seen in it, as two receivers err.
    private static let blur_m = 20.0
    /// Seconds between two looks at where they truly are.
    private static let look_s = 60.0

    /// So many devices, for a case to be one of several.
    static func leastDevices(_ rule: RuleName) -> Int { rule == .gathering ? Int(Gathering().devices) : 2 }

    /// - Parameters:
    ///   - name: with which the devices' names begin.
    ///   - others: devices that nobody asks to the area.
    ///   - midnight: local.
    init(_ rule: RuleName, name: String, others: Int, midnight: Timestamp, seed: UInt64) {
        self.rule = rule
        var random = SeededGenerator(seed: seed)
        let (meeting, jammer) = Self.plan(rule, &random)
        let asked = Int.random(in: rule == .gathering ? 6...9 : 3...7, using: &random)
        days = (0..<asked + others).map { number in
            DeviceDay(
                device: "\(name)-\(number + 1)", meeting: number < asked ? meeting : nil, jammer: jammer,
                midnight: midnight, seed: random.next())
        }
        if rule == .gathering { noteGathering() } else { noteJamming() }
    }

    /// A gathering is in one spot; who is jammed, at work in one area.
    private static func plan(_ rule: RuleName, _ random: inout SeededGenerator) -> (Meeting, Jammer?) {
        func pick(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }
        let middle = City.plainBlocks.randomElement(using: &random) ?? City.outOfTown
        let begin = pick(8.5...12) * 3600
        if rule == .gathering {
            let above: [Sky] = [.open, .street, .houses, .indoors]
            return (
                Meeting(
                    middle: middle, reach_m: pick(2...20), hours_s: begin..<begin + pick(4000...8000),
                    skies: above.randomElement(using: &random).map { [$0] } ?? [.houses]), nil
            )
        }
        let reach_m = pick(50...700)
        // By then most of them are there.
        let on_s = begin + pick(3600...5400)
        let off_s = on_s + pick(300...3600)
        return (
            Meeting(
                middle: middle, reach_m: reach_m, hours_s: begin..<off_s + pick(0...900),
                skies: [.open, .street, .houses]),
            Jammer(middle: middle, reach_m: reach_m + pick(100...300), hours_s: on_s..<off_s)
        )
    }

    /// From when on there are enough, until too few are left.
    private mutating func noteGathering() {
        let there = days.filter { $0.attended != nil }
        let least = Self.leastDevices(rule)
        let (came, left) = (there.compactMap(\.attended?.lowerBound), there.compactMap(\.attended?.upperBound))
        guard there.count >= least else { return }
        note(from: came.sorted()[least - 1], to: left.sorted(by: >)[least - 1], there)
    }

    /// From the first report that it reaches to the last.
    private mutating func noteJamming() {
        let long_s = Jamming().duration_s
        let there = days.filter { day in
            day.jammed.map { $0.upperBound.seconds(since: $0.lowerBound) >= long_s } ?? false
        }
        guard there.count >= Self.leastDevices(rule), let from = there.compactMap(\.jammed?.lowerBound).min(),
            let to = there.compactMap(\.jammed?.upperBound).max()
        else { return }
        note(from: from, to: to, there)
    }

    private mutating func note(from: Timestamp, to: Timestamp, _ there: [DeviceDay]) {
        guard to.seconds(since: from) >= Self.least_s[rule] ?? 0 else { return }
        label = Label(rule: rule, from: from, to: to, isInjected: true)
        members = Set(there.map(\.device))
    }

    /// Whether devices truly were near one of them, for half of the time at least: as on ordinary mornings at the depot.
    func wereTogether(_ devices: Set<String>, from: Timestamp, to: Timestamp) -> Bool {
        let gathering = Gathering()
        let named = days.filter { devices.contains($0.device) }
        var (looks, together) = (0, 0)
        var time = from
        while time <= to {
            let spots = named.compactMap { $0.legs.spot(at: time.seconds(since: $0.midnight)) }
            let isCrowd = spots.contains { here in
                spots.count { $0.distance_m(to: here) <= gathering.radius_m + Self.blur_m } >= Int(gathering.devices)
            }
            looks += 1
            together += isCrowd ? 1 : 0
            time = time.advanced(bySeconds: Self.look_s)
        }
        return looks > 0 && together * 2 >= looks
    }
}
