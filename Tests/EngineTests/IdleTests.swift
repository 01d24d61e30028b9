import Anomalies
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

@testable import Engine

/// Whether devices are packed while nothing is heard of them, or never, makes no difference to anything; nor whether the caller
/// has numbers for them, right or wrong, and says which of them come next.
@Suite struct IdleTests {
    /// One of several shards that are given the same.
    private final class Side {
        let shard: Shard
        let history = MemoryHistory()
        let packs: Bool
        private(set) var told = ""
        private(set) var mostIdle = 0
        private var kept: [String: [UInt8]] = [:]
        private var numbering: SeededGenerator?

        init(_ catalogue: FenceCatalogue, packs: Bool, numbering: UInt64? = nil) throws {
            self.packs = packs
            self.numbering = numbering.map { SeededGenerator(seed: $0) }
            var rules = Rules()
            rules.silence?.scope.hours = Schedule(periods: [
                Schedule.Period(
                    hours: ActiveHours(
                        days: Set(ActiveHours.Day.allCases), from: 0, to: 24 * 60, timeZone: "UTC"),
                    zone: LocalTime([]))
            ])
            shard = try Shard(
                [FenceVersion(catalogue)], groups: ["dev-1": "north"], rules: rules, history: history)
        }

        func note(_ device: String, _ fix: Fix?, _ decisions: Decisions, _ rejection: Rejection? = nil) {
            history.remember(fix, of: device, decisions)
            var line: [UInt8] = []
            for event in decisions.events {
                event.appendJSON(seq: 0, to: &line)
                line.append(UInt8(ascii: "\n"))
            }
            told += String(decoding: line, as: UTF8.self)
            if let rejection { told += "\(device) \(rejection)\n" }
            for checkpoint in decisions.checkpoints { told += "\(checkpoint)\n" }
            for withdrawal in decisions.withdrawals { told += "\(withdrawal)\n" }
        }

        func step(_ device: String, _ report: Report, received: Timestamp?) throws {
            var decisions = Decisions()
            if let next = number(of: device) { shard.prefetch(device: next) }
            switch try shard.step(
                device: device, number: number(of: device), report: report, received: received, decisions: &decisions)
            {
            case .success(let fix): note(device, fix, decisions)
            case .failure(let rejection): note(device, nil, decisions, rejection)
            }
        }

        /// Mostly its own; sometimes another's, or one that none may have.
        private func number(of device: String) -> Int? {
            guard var random = numbering else { return nil }
            defer { numbering = random }
            switch Int.random(in: 0..<20, using: &random) {
            case 0: return .random(in: 0..<12, using: &random)
            case 1: return [-1, .max].randomElement(using: &random)
            default: return Int(device.suffix(1))
            }
        }

        /// No other than these may be found by a number, or be kept by it.
        var numbersAwake: Bool {
            let numbered = shard.devices.numbered.devices.enumerated().filter { $0.element != nil }
            return numbered.allSatisfy { number, device in
                device.map { shard.devices.awake[$0.name] === $0 && $0.number == number } ?? true
            }
        }

        func note(_ passed: [(device: String, decisions: Decisions)]) {
            for (device, decisions) in passed { note(device, nil, decisions) }
        }

        /// Takes what is to be kept; then all that may be packed is.
        func keep() {
            let taken = shard.takeAll()
            for (device, bytes) in taken.snapshots.sorted(by: { $0.device < $1.device }) {
                keep(bytes, as: "\(device)'s state")
            }
            for link in (taken.links + shard.takeDueLinks()).sorted(by: { $0.device < $1.device }) {
                keep(link.bytes, as: "\(link.device)'s link")
            }
            guard packs else { return }
            for _ in 0..<3 * shard.deviceCount { shard.packIdle() }
            mostIdle = max(mostIdle, shard.devices.idle.count)
        }

        /// What is kept again as it was kept before makes no difference.
        private func keep(_ bytes: [UInt8], as name: String) {
            if kept.updateValue(bytes, forKey: name) != bytes { told += "\(name): \(bytes)\n" }
        }

        func finish() throws {
            for device in shard.devicesWithLateFixes.sorted() {
                var decisions = Decisions()
                try shard.revise(device: device, decisions: &decisions)
                note(device, nil, decisions)
            }
            if let end = shard.heardUntil { note(shard.passRecording(until: end)) }
            keep()
        }
    }

    /// A device that comes and goes, and says things late.
    private struct Driver {
        let name: String
        let isRecorded: Bool
        private var east: Double
        private var silentFor = 0
        private var held: [Report] = []

        init(_ number: Int, _ random: inout SeededGenerator) {
            name = "dev-\(number)"
            isRecorded = number == 0
            east = .random(in: -600...600, using: &random)
        }

        mutating func reports(_ second: Double, _ random: inout SeededGenerator) -> [Report] {
            if silentFor == 0, Int.random(in: 0..<60, using: &random) == 0 {
                silentFor = .random(in: 10...400, using: &random)
            }
            silentFor -= silentFor > 0 ? 1 : 0
            guard silentFor == 0 else { return [] }
            east += .random(in: -60...60, using: &random)
            if east.magnitude > 800 { east = -east }
            var report = World.report(second, east, .random(in: -90...90, using: &random))
            switch Int.random(in: 0..<40, using: &random) {
            case 0: report.rejection = .void
            case 1: report.alarms = .sos
            case 2: report.coordinate = World.place(60_000, 0)
            case 3, 4:
                held.append(report)
                return []
            case 5:
                defer { held = [] }
                return [report] + held
            default: break
            }
            return [report]
        }
    }

    @Test(arguments: UInt64(1)...3) func packedOrNotTheSameIsToldAndKept(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func fences() throws -> FenceCatalogue {
            let places = ["a": -400.0, "b": 0, "c": 420].filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
            return try FenceCatalogue.load(World.files(places, properties: #""dwell_s":120"#))
        }
        let first = try fences()
        let sides = [
            try Side(first, packs: false), try Side(first, packs: true),
            try Side(first, packs: true, numbering: seed),
        ]
        var drivers = (0..<8).map { Driver($0, &random) }
        for step in 0..<1200 {
            let second = Double(step) * 10
            let now = World.start.advanced(bySeconds: second + 1)
            for index in drivers.indices {
                for report in drivers[index].reports(second, &random) {
                    let driver = drivers[index]
                    for side in sides { try side.step(driver.name, report, received: driver.isRecorded ? nil : now) }
                }
            }
            for side in sides { side.note(side.shard.wait(until: now)) }
            if Int.random(in: 0..<200, using: &random) == 0 || step % 400 == 399 {
                let version = FenceVersion(try fences(), since: now)
                for side in sides { side.note(try side.shard.adopt(version)) }
            }
            if Int.random(in: 0..<150, using: &random) == 0 {
                for side in sides { side.shard.resumeListening(at: now) }
            }
            if step % 6 == 0 { for side in sides { side.keep() } }
            #expect(sides.allSatisfy { $0.numbersAwake }, "seed \(seed), step \(step)")
            guard sides.allSatisfy({ $0.told == sides[0].told }) else { break }
        }
        for side in sides { try side.finish() }
        let lines = sides.map { $0.told.split(separator: "\n") }
        for others in lines.dropFirst() {
            let place = zip(lines[0], others).enumerated().first { $0.element.0 != $0.element.1 }
            #expect(place == nil && lines[0].count == others.count, "seed \(seed), first at \(place.debugDescription)")
        }
        #expect(sides.allSatisfy { $0.shard.deviceCount == 8 })
        #expect(sides[1].mostIdle > 4 && sides[2].mostIdle > 4, "seed \(seed): they were packed")
        #expect(sides[2].shard.devices.numbered.devices.count == 12, "seed \(seed): numbers were noted")
        for rule in ["silence", "device_alarm"] { #expect(sides[0].told.contains("\"rule\":\"\(rule)\""), "\(rule)") }
        #expect(sides[0].told.contains("\"late\":true"), "seed \(seed)")
    }

    @Test func allThatAreSilentArePackedWithinTwoRounds() {
        for count in [1, 7, Limits.idleLooks, 1000] {
            var devices = Devices()
            for number in 0..<count {
                let device = Device("dev-\(number)", group: nil)
                device.marks = .active
                devices.add(device)
            }
            var mostAtOnce = 0
            for _ in 0..<2 * Limits.idleLooks {
                let before = devices.idle.count
                devices.packSome { _ in IdleDevice() }
                mostAtOnce = max(mostAtOnce, devices.idle.count - before)
            }
            #expect(devices.awake.isEmpty && devices.idle.count == count)
            #expect(mostAtOnce <= count / Limits.idleLooks + 1, "so that nobody waits long for it")
        }
    }

    /// Restored, it lies as it was kept; heard, it goes on where it was.
    @Test func aRestoredDeviceIsIdleUntilItIsHeard() throws {
        let catalogue = try World.squares(at: [0])
        let shard = try TestShard(catalogue, rules: Rules())
        for second in 0..<60 { try shard.step(World.report(Double(second), 0), received: World.start) }
        let kept = shard.shard.takeAll().snapshots
        let again = try Shard([FenceVersion(catalogue)], rules: Rules(), history: shard.history)
        for (device, bytes) in kept { try again.restore(device: device, from: bytes) }
        #expect(again.devices.awake.isEmpty && again.devices.idle.count == 1 && again.deviceCount == 1)
        #expect(again.takeAll().snapshots.isEmpty, "nothing has changed")
        var decisions = Decisions()
        _ = try again.step(
            device: "van-1", report: World.report(60, 0), received: World.start, decisions: &decisions)
        #expect(again.devices.awake.count == 1 && again.devices.idle.isEmpty && again.deviceCount == 1)
        #expect(decisions.events.isEmpty, "it was inside before")
        #expect(again.takeAll().snapshots.count == 1)
    }

    /// Of the journal's fixes, one that the restored state contains is not heard again, whether it was packed meanwhile or not.
    @Test func recallBeginsAfterWhatTheStateContains() throws {
        let catalogue = try World.squares(at: [0])
        let shard = try TestShard(catalogue, rules: Rules())
        var fixes: [Fix] = []
        for second in 0..<60 {
            try shard.step(World.report(Double(second), 0), received: World.start)
            fixes.append(try #require(shard.history.fixes(of: "van-1", after: nil).last))
        }
        let kept = shard.shard.takeAll()
        for isAwake in [false, true] {
            let again = try Shard([FenceVersion(catalogue)], rules: Rules(), history: shard.history)
            for (device, bytes) in kept.snapshots { try again.restore(device: device, from: bytes, decidedFix: 60) }
            if isAwake { _ = again.wake("van-1") }
            for (number, fix) in fixes.enumerated() {
                try again.recall(device: "van-1", fix, number: Int64(number + 1), received: World.start)
            }
            #expect(again.takeAll().snapshots.isEmpty && again.devices.awake.isEmpty == !isAwake)
            var next = fixes[59]
            next.time = next.time.advanced(bySeconds: 1)
            try again.recall(device: "van-1", next, number: 61, received: World.start)
            #expect(again.takeAll().snapshots.count == 1)
        }
    }

    /// A round takes each device once that had changed when it began, as it is by then, in the order of their numbers, and what
    /// changes behind it is left to the next.
    @Test func aRoundTakesWhatHadChangedWhenItBegan() throws {
        let shard = try TestShard(try World.squares(at: [0]), rules: Rules()).shard
        func step(_ device: Int, _ second: Double) throws {
            var decisions = Decisions()
            _ = try shard.step(
                device: "dev-\(device)", number: 9 - device, report: World.report(second, 0), received: World.start,
                decisions: &decisions)
        }
        for second in 0..<2 { for device in 0..<9 { try step(device, Double(second)) } }
        #expect(shard.isRoundOver && shard.beginRound() && !shard.isRoundOver && !shard.beginRound())
        let first = shard.takeRound(atMost: 4)
        #expect(first.snapshots.map(\.device) == ["dev-8", "dev-7", "dev-6", "dev-5"])
        #expect(first.links.map(\.device) == first.snapshots.map(\.device))
        // One that was taken, one that was not.
        try step(7, 2)
        try step(1, 2)
        let second = shard.takeRound(atMost: 5)
        #expect(second.snapshots.map(\.device) == ["dev-4", "dev-3", "dev-2", "dev-1", "dev-0"] && shard.isRoundOver)
        let again = try Shard([FenceVersion(try World.squares(at: [0]))], rules: Rules(), history: MemoryHistory())
        try again.restore(device: "dev-1", from: second.snapshots[3].bytes)
        _ = again.wake("dev-1")
        #expect(again.devices.awake["dev-1"]?.memory.state.newest?.time == World.start.advanced(bySeconds: 2))
        #expect(shard.takeRound(atMost: 5).snapshots.isEmpty)
        #expect(shard.beginRound() && shard.takeRound(atMost: 5).snapshots.map(\.device) == ["dev-7"])
        #expect(shard.takeAll().snapshots.isEmpty)
    }
}
