public import Anomalies
internal import Engine
internal import Fencing
internal import Geometry
internal import Platform
internal import Positioning
import Synchronization

/// The labelled benchmark of the anomaly rules: device-days of ordinary, noisy streams, cases put among them, and what the
/// rules make of both. The same seed gives the same figures.
public struct Evaluation: Sendable {
    /// Ordinary device-days.
    public var deviceDays: Int
    /// Whose cases are put in, each on a device-day of its own; and those of several devices, each among a crew of its own.
    public var injected: [RuleName]
    public var seed: UInt64

    /// The rules of which there are cases: all.
    public static let injectable = RuleName.allCases
    /// Those of which there are cases of one device.
    static let singles = RuleName.allCases.filter { $0 != .gathering }

    /// Devices of one day that are looked at together.
    private static let crew = 20
    /// Devices that go about their work while several others have a case together.
    private static let bystanders = 4
    /// A case of each rule for so many ordinary device-days …
    private static let daysPerCase = 50
    /// … and at least so many.
    private static let leastCases = 4
    /// 2026-03-02T00:00:00+08:00, a Monday.
    static let monday = Timestamp(microseconds: 1_772_380_800_000_000)

    public init(deviceDays: Int, injected: [RuleName], seed: UInt64) {
        self.deviceDays = deviceDays
        self.injected = injected
        self.seed = seed
    }

    /// What came out.
    public struct Result: Sendable {
        public var reports = 0
        /// Ordinary ones, and those with a case.
        public var deviceDays = 0
        public var scores: [RuleName: Score] = [:]
        /// Beside them: of those with a case of several devices.
        public var jointDeviceDays = 0
        /// On such days, only the case's own rule is judged.
        public var jointScores: [RuleName: Score] = [:]
        /// What was raised for nothing or missed, a line each: to be looked at by who mends a rule.
        public var notes: [String] = []
    }

    /// Rules that nothing is said about in a configuration, with working hours where they take some; and those that are off by
    /// default, where they are to be found.
    public var rules: Rules {
        var rules = Rules()
        if injected.contains(.speeding) { rules.speeding = Speeding() }
        if injected.contains(.not_arrived) {
            rules.notArrived = NotArrived()
            rules.notArrived?.scope = Scope(groups: [City.staffGroup], fences: [City.depot.id])
        }
        var hours = SetHours(hours: Self.workingHours)
        rules.visit(&hours)
        return rules
    }

    private static var workingHours: Schedule {
        let hours = ActiveHours(
            days: ActiveHours.Day.range(from: .monday, to: .friday),
            from: Int(WorkingDay.hours_s.lowerBound) / 60, to: Int(WorkingDay.hours_s.upperBound) / 60,
            timeZone: "Asia/Shanghai")
        let zone = LocalTime([LocalTime.Offset(since: Timestamp(microseconds: 0), seconds: City.zone_s)])
        return Schedule(periods: [Schedule.Period(hours: hours, zone: zone)])
    }

    /// Runs it, on two threads.
    /// - Parameter progress: told of the share that is done, 0…1, now and then, on the caller's thread.
    /// - Throws: where the machine has no thread, or no memory.
    public func run(progress: (Double) -> Void = { _ in }) throws -> Result {
        let catalogue = try City.catalogue()
        let crews = max(1, (deviceDays + Self.crew - 1) / Self.crew)
        let shared = Shared(crews)
        let threads = try (0..<2).map { number in
            try WorkerThread(name: "evaluate \(number)") { [self] in work(shared, catalogue) }
        }
        while shared.done.load(ordering: .acquiring) < crews {
            progress(Double(shared.done.load(ordering: .relaxed)) / Double(crews))
            pause(for: .milliseconds(50))
        }
        for thread in threads { thread.join() }
        return try shared.total()
    }

    private final class Shared: Sendable {
        let crews: Int
        let next = Atomic(0)
        let done = Atomic(0)
        let results: Mutex<[Int: Swift.Result<Result, any Error>]> = Mutex([:])

        init(_ crews: Int) { self.crews = crews }

        func total() throws -> Result {
            try results.withLock { results in
                var total = Result()
                for crew in results.keys.sorted() {
                    guard let result = try results[crew]?.get() else { continue }
                    total.add(result)
                }
                return total
            }
        }
    }

    private func work(_ shared: Shared, _ catalogue: FenceCatalogue) {
        while true {
            let crew = shared.next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard crew < shared.crews else { return }
            let result = Swift.Result { try judge(crew: crew, of: shared.crews, catalogue) }
            shared.results.withLock { $0[crew] = result }
            shared.done.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// Without a case, of one day.
    func ordinaryDays() -> [DeviceDay] {
        var seeds = SeededGenerator(seed: seed)
        return (0..<deviceDays).map { DeviceDay(device: "day-\($0)", midnight: Self.monday, seed: seeds.next()) }
    }

    private func judge(crew: Int, of crews: Int, _ catalogue: FenceCatalogue) throws -> Result {
        // Two seeds next to each other must not share days.
        var seeds = SeededGenerator(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(crew) &* 0xD1B5_4A32_D192_ED03)
        let midnight = Self.monday.advanced(bySeconds: Double(crew % 5) * 86_400)
        var days: [DeviceDay] = []
        var left = min(Self.crew, deviceDays - crew * Self.crew)
        if left == Self.crew {
            // One of them for a whole week.
            days.append(DeviceDay(device: "week-\(crew)", isWeek: true, midnight: midnight, seed: seeds.next()))
            left -= DeviceDay.daysOfHabit
        }
        for number in 0..<left {
            days.append(DeviceDay(device: "day-\(crew)-\(number)", midnight: midnight, seed: seeds.next()))
        }
        let cases = max(Self.leastCases, deviceDays / Self.daysPerCase)
        for rule in injected where Self.singles.contains(rule) {
            for number in 0..<cases where number % crews == crew {
                days.append(
                    DeviceDay(device: "\(rule)-\(crew)-\(number)", rule: rule, midnight: midnight, seed: seeds.next()))
            }
        }
        var run = try CrewDay(days, catalogue, under: rules)
        var result = Result()
        result.reports = try run.run(until: days.map(\.end).max() ?? midnight)
        result.deviceDays = days.reduce(0) { $0 + $1.count }
        for day in days {
            result.judge(run.raised.filter { $0.device == day.device && $0.detected < day.end }, of: day)
        }
        for rule in JointCase.rules where injected.contains(rule) {
            for number in 0..<cases where number % crews == crew {
                let joint = JointCase(
                    rule, name: "\(rule)-\(crew)-\(number)", others: Self.bystanders, midnight: midnight,
                    seed: seeds.next())
                let raised = try raised(in: joint, catalogue, &result.reports)
                result.judge(raised, of: joint)
            }
        }
        return result
    }

    private func raised(
        in joint: JointCase, _ catalogue: FenceCatalogue, _ reports: inout Int
    ) throws -> [CrewDay.Raised] {
        var rules = rules
        // On all days, the mornings at the depot would be gatherings.
        if joint.rule == .gathering { rules.gathering = Gathering() }
        var run = try CrewDay(joint.days, catalogue, under: rules)
        let end = joint.days.map(\.end).max() ?? Self.monday
        reports += try run.run(until: end)
        return run.raised.filter { $0.anomaly.rule == joint.rule && $0.detected < end }
    }
}

private struct SetHours: RuleVisitor {
    var hours: Schedule

    mutating func visit<Visited: Rule>(_ rule: inout Visited?) {
        if Visited.takesHours { rule?.scope.hours = hours }
    }
}
