import Anomalies
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

@testable import Engine

/// A shard that is thrown away again and again, and restored from what was kept of it, tells what one does that goes on.
@Suite struct RestartTests {
    /// What a store has: the past of all devices, and the states and links that were kept.
    private final class Kept: History {
        var fixes: [(device: String, fix: Fix, received: Timestamp?)] = []
        var withdrawn: [String: [Timestamp: Rejection]] = [:]
        var checkpoints: [String: [(time: Timestamp, state: [UInt8])]] = [:]
        var events: [Event] = []
        var states: [String: (bytes: [UInt8], after: Int64)] = [:]
        var links: [String: (bytes: [UInt8], after: Int64)] = [:]
        var reached: Int64 = 0
        /// Only fixes up to this one are seen.
        var newest = Int64.max
        var last: Int64 { Int64(fixes.count) }

        func remember(_ fix: Fix?, of device: String, _ received: Timestamp?, _ decisions: Decisions) {
            if let fix { fixes.append((device, fix, received)) }
            for event in decisions.events {
                if event.kind == .retract {
                    if let wrong = events.lastIndex(where: { $0.isRetracted(by: event) }) { events.remove(at: wrong) }
                } else {
                    events.append(event)
                }
            }
            for event in decisions.redecided {
                if let told = events.lastIndex(where: { $0.isTold(as: event) }) { events[told].decided = event.decided }
            }
            for withdrawal in decisions.withdrawals {
                withdrawn[withdrawal.device, default: [:]][withdrawal.time] = withdrawal.reason
            }
            for checkpoint in decisions.checkpoints {
                if let state = checkpoint.state {
                    checkpoints[checkpoint.device, default: []].append((checkpoint.time, state))
                } else {
                    checkpoints[checkpoint.device, default: []].removeAll { $0.time > checkpoint.time }
                }
            }
        }

        private func seen(_ device: String, after time: Timestamp?) -> [Fix] {
            fixes.prefix(Int(clamping: newest)).filter { entry in
                entry.device == device && time.map { entry.fix.time > $0 } ?? true
            }.map(\.fix).sorted { $0.time < $1.time }
        }

        func holdsFix(of device: String, at time: Timestamp) -> Bool {
            seen(device, after: nil).contains { $0.time == time }
        }

        func hasForgotten(_ device: String, at time: Timestamp) -> Bool { false }
        func checkpoint(of device: String, before time: Timestamp) -> (time: Timestamp, state: [UInt8])? {
            checkpoints[device]?.sorted { $0.time < $1.time }.last { $0.time < time }
        }
        func hasForgottenFixes(of device: String) -> Bool { false }
        func cannotRead(checkpointOf device: String, at time: Timestamp) {}
        func fixes(of device: String, after time: Timestamp?) -> [Fix] {
            seen(device, after: time).filter { withdrawn[device]?[$0.time] == nil }
        }
        func spikes(of device: String, after time: Timestamp?) -> [Fix] {
            seen(device, after: time).filter { withdrawn[device]?[$0.time] == .impossible_speed }
        }
        func standingEvents(of device: String, decidedAfter time: Timestamp?) -> [Event] {
            events.filter { event in event.device == device && (time.map { event.decided > $0 } ?? true) }
        }
    }

    private final class Side {
        var shard: Shard
        let kept = Kept()
        let rules: Rules
        var versions: [FenceVersion]
        var told: [String] = []
        var began: Int64?
        var recalled = 0

        init(_ catalogue: FenceCatalogue, _ rules: Rules) throws {
            self.rules = rules
            versions = [FenceVersion(catalogue)]
            shard = try Shard(versions, groups: ["dev-1": "north"], rules: rules, history: kept)
        }

        func note(_ device: String, _ fix: Fix?, _ received: Timestamp?, _ decisions: Decisions) {
            kept.remember(fix, of: device, received, decisions)
            for event in decisions.events {
                var line: [UInt8] = []
                event.appendJSON(seq: 0, to: &line)
                told.append(String(decoding: line, as: UTF8.self))
            }
            for withdrawal in decisions.withdrawals { told.append("\(withdrawal)") }
            for signal in decisions.signals { told.append("\(device) \(signal)") }
        }

        func step(_ device: String, _ report: Report, received: Timestamp?) throws {
            var decisions = Decisions()
            switch try shard.step(device: device, report: report, received: received, decisions: &decisions) {
            case .success(let fix): note(device, fix, received, decisions)
            case .failure(let rejection):
                note(device, nil, received, decisions)
                told.append("\(device) \(rejection)")
            }
        }

        func revise(keeps: Bool) throws {
            for device in shard.devicesWithLateFixes.sorted() {
                var decisions = Decisions()
                try shard.revise(device: device, decisions: &decisions)
                note(device, nil, nil, decisions)
                guard keeps else { continue }
                var states = KeptStates()
                shard.take(device: device, &states)
                keep(states)
            }
        }

        func keep(_ states: KeptStates) {
            for (device, bytes) in states.snapshots { kept.states[device] = (bytes, kept.last) }
            for link in states.links { kept.links[link.device] = (link.bytes, kept.last) }
        }

        func keepAll() {
            keep(shard.takeAll())
            began = nil
            kept.reached = kept.last
        }

        /// As a batch ends.
        func keepSome(begins: Bool, _ count: Int) {
            if begins, shard.beginRound() { began = kept.last }
            if let began {
                keep(shard.takeRound(atMost: count))
                if shard.isRoundOver { (kept.reached, self.began) = (began, nil) }
            }
            for link in shard.takeDueLinks() { kept.links[link.device] = (link.bytes, kept.last) }
        }

        func crash(recallsAll: Bool) throws {
            shard = try Shard(versions, groups: ["dev-1": "north"], rules: rules, history: kept)
            began = nil
            for name in Set(kept.states.keys).union(kept.links.keys).sorted() {
                let (state, link) = (kept.states[name], kept.links[name])
                try shard.restore(
                    device: name, from: state?.bytes, decidedFix: state?.after ?? .min, link: link?.bytes,
                    linkedFix: link?.after ?? .min)
            }
            for (place, entry) in kept.fixes.enumerated().dropFirst(Int(kept.reached)) {
                kept.newest = Int64(place)
                recalled += 1
                try shard.recall(
                    device: entry.device, entry.fix, number: Int64(place + 1), received: entry.received)
            }
            kept.newest = .max
            if recallsAll { keepAll() }
        }
    }

    private struct Driver {
        let name: String
        let isRecorded: Bool
        private var east: Double
        private var silentFor = 0
        private var held: [Report] = []

        init(_ number: Int, _ random: inout SeededGenerator) {
            name = "dev-\(number)"
            isRecorded = number % 3 == 0
            east = .random(in: -600...600, using: &random)
        }

        mutating func reports(_ second: Double, _ random: inout SeededGenerator) -> [Report] {
            if silentFor == 0, second > 10, Int.random(in: 0..<60, using: &random) == 0 {
                silentFor = .random(in: 10...400, using: &random)
            }
            silentFor -= silentFor > 0 ? 1 : 0
            guard silentFor == 0 else { return [] }
            east += .random(in: -60...60, using: &random)
            if east.magnitude > 800 { east = -east }
            var report = World.report(second, east, .random(in: -90...90, using: &random))
            guard second > 10 else { return [report] }
            switch Int.random(in: 0..<40, using: &random) {
            case 0: report.rejection = .void
            case 1: report.alarms = .sos
            case 2: report.coordinate = World.place(60_000, 0)
            case 3, 4, 9, 10:
                held.append(report)
                return []
            case 5:
                defer { held = [] }
                return [report] + held.shuffled(using: &random)
            case 6:
                report.rejection = .undated
                report.time = nil
            case 7: report.time = report.time?.advanced(bySeconds: .random(in: -90000...90000, using: &random))
            case 8:
                let far = World.report(second, 60_000, 0)
                defer { held = [] }
                return [far] + held.shuffled(using: &random)
            default: break
            }
            return [report]
        }
    }

    @Test(arguments: [UInt64(1), 7, 11, 12]) func restoredOrNotTheSameIsTold(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func fences() throws -> FenceCatalogue {
            let places = ["a": -400.0, "b": 0, "c": 420].filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
            return try FenceCatalogue.load(World.files(places, properties: #""dwell_s":120"#))
        }
        var rules = Rules()
        rules.silence?.scope.hours = Schedule(periods: [
            Schedule.Period(
                hours: ActiveHours(days: Set(ActiveHours.Day.allCases), from: 0, to: 24 * 60, timeZone: "UTC"),
                zone: LocalTime([]))
        ])
        let first = try fences()
        let sides = [try Side(first, rules), try Side(first, rules)]
        var drivers = (0..<8).map { Driver($0, &random) }
        for step in 0..<1500 {
            let second = Double(step) * 10
            let now = World.start.advanced(bySeconds: second + 1)
            for index in drivers.indices {
                for report in drivers[index].reports(second, &random) {
                    let driver = drivers[index]
                    for side in sides { try side.step(driver.name, report, received: driver.isRecorded ? nil : now) }
                }
            }
            let revises = Int.random(in: 0..<30, using: &random) == 0
            if revises { for (number, side) in sides.enumerated() { try side.revise(keeps: number == 1) } }
            for side in sides {
                for (device, decisions) in side.shard.wait(until: now) { side.note(device, nil, nil, decisions) }
            }
            let begins = Int.random(in: 0..<4, using: &random) == 0
            sides[1].keepSome(begins: begins, Int.random(in: 1...2, using: &random))
            if begins { sides[1].shard.packIdle() }
            if Int.random(in: 0..<300, using: &random) == 0 {
                let version = FenceVersion(try fences(), since: now)
                for side in sides {
                    for (device, decisions) in try side.shard.adopt(version) { side.note(device, nil, nil, decisions) }
                    side.versions.append(version)
                    side.keepAll()
                }
            }
            if Int.random(in: 0..<40, using: &random) == 0 {
                try sides[1].crash(recallsAll: Bool.random(using: &random))
                if Bool.random(using: &random) { try sides[1].crash(recallsAll: true) }
                for side in sides { side.shard.resumeListening(at: now) }
            }
            guard sides[0].told == sides[1].told else {
                let place = zip(sides[0].told, sides[1].told).enumerated().first { $0.element.0 != $0.element.1 }
                Issue.record(
                    "seed \(seed), step \(step): \(place.debugDescription) \(sides[0].told.count) \(sides[1].told.count) \(sides[0].told.last ?? "") \(sides[1].told.last ?? "")"
                )
                return
            }
        }
        #expect(sides[1].recalled > 100)
        #expect(sides[0].told.contains { $0.contains("\"late\":true") })
    }

    /// What somebody raised before anybody knew it goes into the store with its first fix.
    @Test func anAlarmOfAStrangerIsKeptOnceItIsKnown() throws {
        let side = try Side(World.squares(at: [0]), Rules())
        func report(_ second: Double, _ change: (inout Report) -> Void) -> Report {
            var report = World.report(second, 900)
            change(&report)
            return report
        }
        try side.step("new", report(0) { ($0.rejection, $0.alarms) = (.void, .sos) }, received: World.start)
        #expect(side.told.contains { $0.contains("device_alarm") })
        #expect(side.shard.takeDueLinks().isEmpty, "nobody knows it")
        try side.step("new", report(10) { _ in }, received: World.start.advanced(bySeconds: 10))
        #expect(side.shard.takeDueLinks().map(\.device) == ["new"])
        try side.step("new", report(20) { _ in }, received: World.start.advanced(bySeconds: 20))
        #expect(side.shard.takeDueLinks().isEmpty, "its fixes say all")
    }
}
