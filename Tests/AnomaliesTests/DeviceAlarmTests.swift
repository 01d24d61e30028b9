import Anomalies
import Engine
import Positioning
import TestSupport
import Testing

/// `.`: a fix. `S`: a call for help. `p`: cut from its power. `b`: a low battery. `B`: both a call and a low battery.
/// `v`: no fix. `s`: a call without one. `d`: a call with the time of the fix at 0 again. `f`: a call an hour ahead.
/// A digit: a tenth of the charge; `h`: 25 %, `k`: 24 %.
@Suite struct DeviceAlarmTests {
    private static func report(_ character: Character, _ second: Double) -> Report {
        let time =
            switch character {
            case "d": 0.0
            case "f": second + 3600
            default: second
            }
        var report = World.report(time, second / 10)
        switch character {
        case "S", "s", "d", "f": report.alarms = .sos
        case "p": report.alarms = .powerCut
        case "b": report.alarms = .lowBattery
        case "B": report.alarms = [.sos, .lowBattery]
        case "h": report.battery_percent = 25
        case "k": report.battery_percent = 24
        default: report.battery_percent = character.wholeNumberValue.map { $0 * 10 }
        }
        if character == "v" || character == "s" { report.rejection = .void }
        return report
    }

    private func stream(_ drawing: String, _ change: (inout DeviceAlarm) -> Void = { _ in }) throws -> HeardStream {
        var rules = Rules()
        var rule = DeviceAlarm()
        change(&rule)
        rules.deviceAlarm = rule
        rules.clockSkew = nil
        var stream = try HeardStream(rules: rules)
        try stream.draw(drawing, Self.report)
        return stream
    }

    private func told(_ drawing: String, _ change: (inout DeviceAlarm) -> Void = { _ in }) throws -> [String] {
        try stream(drawing, change).told
    }

    private let quiet = String(repeating: ".", count: 20)

    @Test func theFirstRaisesItAndTenMinutesWithoutClearIt() throws {
        #expect(
            try told("..S" + quiet + "..") == [
                "device_alarm sos raised@60 of 60", "device_alarm sos cleared@660 of 660",
            ])
        #expect(try told("S.S.SSS").count == 1, "what stands is not told again")
        #expect(try told("S" + quiet + "S").count == 3, "who calls again, after it was over, is heard at once")
    }

    @Test func boundaries() throws {
        #expect(try told("S" + quiet.dropLast()).count == 1)
        #expect(try told("S" + quiet).count == 2)
        #expect(try told("S" + quiet.dropLast() + "S" + quiet.dropLast()).count == 1, "the newest counts")
        #expect(try told("S..", { $0.quiet_s = 60 }).count == 2)
        #expect(try told("S.", { $0.quiet_s = 60 }).count == 1)
    }

    @Test func silenceClearsNothing() throws {
        #expect(try told("S" + String(repeating: " ", count: 5000)).count == 1)
        #expect(try told("S" + String(repeating: " ", count: 5000) + "S").count == 1)
    }

    @Test func whatIsNotUsableIsHeard() throws {
        #expect(try told("vvs") == ["device_alarm sos raised@60 of 60"])
        #expect(try told("s") == ["device_alarm sos raised@0 of 0"], "of a device that never had a fix")
        let repeated = try stream("..d")
        #expect(repeated.outcomes.last == .failure(.duplicate))
        #expect(repeated.told == ["device_alarm sos raised@60 of 60"])
        let ahead = try stream("..f")
        #expect(ahead.outcomes.last == .failure(.future))
        #expect(ahead.told == ["device_alarm sos raised@60 of 60"])
        for reason in Rejection.allCases {
            var stream = try HeardStream()
            var report = Self.report("S", 0)
            report.rejection = reason
            try stream.take(report, at: 1)
            #expect(stream.told.count == 1, "\(reason)")
        }
    }

    @Test func groupsAreKept() throws {
        var rules = Rules()
        rules.deviceAlarm?.scope.groups = ["drivers"]
        for (group, count) in [("drivers", 1), ("others", 0), (nil, 0)] {
            var stream = try HeardStream(rules: rules, group: group)
            try stream.draw("S", Self.report)
            #expect(stream.told.count == count)
        }
    }

    @Test func eachStandsByItself() throws {
        let stream = try stream(".SpB" + quiet + ".")
        #expect(
            stream.told == [
                "device_alarm sos raised@30 of 30", "device_alarm power_cut raised@60 of 60",
                "device_alarm low_battery raised@90 of 90", "device_alarm power_cut cleared@660 of 660",
                "device_alarm sos cleared@690 of 690", "device_alarm low_battery cleared@690 of 690",
            ])
        #expect(stream.lines[0].contains(#""id":"van-1/device_alarm/sos/2026-03-02T01:00:30.0Z""#))
        #expect(stream.lines[4].contains(#""id":"van-1/device_alarm/sos/2026-03-02T01:00:30.0Z""#))
        #expect(stream.lines[2].contains(#""evidence":{"alarm":"low_battery","reports":1"#))
    }

    @Test func allAtOnceAreToldOfEachByItself() throws {
        let kinds = Report.Alarms.named
        var stream = try HeardStream()
        for second in 0..<3 {
            var report = World.report(Double(second), 0)
            report.alarms = Report.Alarms(rawValue: kinds.reduce(0) { $0 | $1.alarm.rawValue })
            try stream.take(report, at: Double(second) + 0.5)
            try stream.restart()
        }
        #expect(stream.events.compactMap { $0.anomaly?.subject } == kinds.map(\.name))
        for second in [599.0, 602] { try stream.take(World.report(second, 0), at: second + 0.5) }
        let cleared = stream.lines.dropFirst(kinds.count)
        #expect(cleared.count == kinds.count)
        #expect(cleared.allSatisfy { $0.contains(#""reports":3"#) && $0.contains("cleared") }, "\(cleared)")
    }

    @Test func aLineIsReadBack() throws {
        let stream = try stream("B" + quiet)
        for (event, line) in zip(stream.events, stream.lines) {
            var told = event.anomaly
            told?.isUrgent = false
            #expect(told != nil && Anomaly(line: line) == told)
        }
        #expect(stream.events.map(\.isUrgent) == [true, false, false, false])
    }

    @Test func aCallIsBeforeAllElseOfItsReport() throws {
        var stream = try HeardStream()
        // Both rules speak at one report.
        try stream.draw("...") { character, second in World.report(second, second / 10) }
        try stream.take(World.report(90, 9).with { $0.solution = .simulated }.raising(.sos), at: 91)
        #expect(stream.told.map { $0.prefix(12) } == ["device_alarm", "mock raised@"])
    }

    @Test func aBatteryIsLowAtTwentyEscalatesAtTenAndIsOverAtFivePerCentMore() throws {
        #expect(try told("9443") == [])
        #expect(
            try told("32221112h") == [
                "device_alarm low_battery raised@30 of 30", "device_alarm low_battery raised@120 of 120",
                "device_alarm low_battery cleared@240 of 240",
            ])
        #expect(try told("2kkkk").count == 1)
        #expect(try told("2kkkkh").count == 2)
        #expect(try told("0").count == 1, "empty at once is told once")
        #expect(try told("2" + quiet + quiet).count == 1, "what does not say its charge says nothing of it")
        #expect(try told("b" + quiet).count == 2)
        let ids = try stream("21h").events.compactMap { $0.anomaly?.id(device: "van-1", fence: nil) }
        #expect(ids.count == 3 && Set(ids).count == 1)
    }

    @Test func aCooldownFollowsWhereThereIsOne() throws {
        let drawing = "p" + quiet + "p." + String(repeating: "p", count: 70)
        #expect(
            try told(drawing) { $0.cooldown_s = 1800 } == [
                "device_alarm power_cut raised@0 of 0", "device_alarm power_cut cleared@600 of 600",
                "device_alarm power_cut raised@2400 of 2400",
            ])
    }

    @Test func aLateOneIsToldOfItsTime() throws {
        var stream = try HeardStream()
        try stream.draw(String(repeating: ".", count: 40), Self.report)
        try stream.take(Self.report("S", 615), at: 1200)
        #expect(stream.told == ["device_alarm sos raised@1199 of 615"])
    }

    @Test func aRestartChangesNothing() throws {
        var rules = Rules()
        rules.deviceAlarm?.cooldown_s = 600
        try HeardStream.expectRestartsChangeNothing(
            ".S.pB" + quiet + "S..21kh" + quiet + "sss" + quiet + quiet, rules: rules, Self.report)
    }
}

extension Report {
    fileprivate func raising(_ alarms: Alarms) -> Report {
        var raised = self
        raised.alarms = alarms
        return raised
    }
}
