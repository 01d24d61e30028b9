import Anomalies
import Engine
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

/// At a fix each ten minutes; f0 is a square of 200 m at the origin, f1 another 3 km east. `V` stands where f0 would be reported
/// if the hypothesis were true, `I` in f0, `J` in f1, `.` is on the move, a space is silence.
@Suite struct WrongDatumTests {
    /// What is wrong, and where then a visit to a place is reported.
    enum Wrong: String, CaseIterable {
        case tracker_gcj02, tracker_bd09, fence_gcj02, fence_bd09

        var datum: Datum { rawValue.hasSuffix("gcj02") ? .gcj02 : .bd09 }
        var suspect: String { rawValue.hasPrefix("tracker") ? "tracker" : "fence" }

        func report(of place: Coordinate) -> Coordinate {
            suspect == "tracker" ? datum.fromWGS84(place) : datum.toWGS84(place)
        }
    }

    private static func rules(_ change: (inout WrongDatum) -> Void = { _ in }) -> Rules {
        var rules = Rules.none
        var rule = WrongDatum()
        change(&rule)
        rules.wrongDatum = rule
        return rules
    }

    private func stream(_ rules: Rules = rules(), kind: String = "site", centres: [Double] = [0, 3000]) throws
        -> DrawnStream
    {
        try DrawnStream(
            rules: rules, step_s: 600, catalogue: try World.squares(at: centres, properties: #""kind":"\#(kind)""#))
    }

    private func draw(_ stream: inout DrawnStream, _ drawing: String, _ wrong: Wrong = .fence_gcj02) throws {
        try stream.draw(drawing) { character, second in
            let wobble = second.truncatingRemainder(dividingBy: 7)
            var report = World.report(second, wobble, wobble)
            switch character {
            case "V": report.coordinate = report.coordinate.map(wrong.report)
            case "J": report = World.report(second, 3000 + wobble, wobble)
            case ".": report = World.report(second, -20_000 - second, wobble)
            default: break
            }
            return report
        }
    }

    private func told(
        _ drawing: String, _ wrong: Wrong = .fence_gcj02, rules: Rules = rules(), kind: String = "site"
    ) throws -> [String] {
        var stream = try stream(rules, kind: kind)
        try draw(&stream, drawing, wrong)
        return stream.told
    }

    private static func away(_ count: Int) -> String { String(repeating: ".", count: count) }
    private static let visit = "VV" + away(24)

    @Test(arguments: Wrong.allCases) func threeStaysRaiseIt(wrong: Wrong) throws {
        var stream = try stream()
        try draw(&stream, Self.visit + Self.visit + "VV", wrong)
        #expect(stream.told == ["wrong_datum raised@31800 of 31200 at f0"])
        let line = try #require(stream.lines.first)
        #expect(
            line.contains(
                #""evidence":{"suspect":"\#(wrong.suspect)","datum":"\#(wrong.datum)","visits":3,"fences":1,"offset_m":"#
            ),
            "\(line)")
    }

    @Test func boundaries() throws {
        #expect(try told(Self.visit + "VV") == [], "two stays")
        #expect(try told("VV" + Self.away(22) + "VV" + Self.away(22) + "VV").count == 1, "four hours apart")
        #expect(try told("VV" + Self.away(22) + "VV" + Self.away(21) + "VV") == [], "ten minutes less")
        let drawing = Self.visit + Self.visit + "VV"
        #expect(try told(drawing, rules: Self.rules { $0.stay_s = 601 }) == [])
        #expect(try told(drawing, rules: Self.rules { $0.visits = 4 }) == [])
        #expect(try told(drawing, kind: "customer").count == 1)
    }

    @Test func whatMustNotRaiseIt() throws {
        let drawing = Self.visit + Self.visit + "VV"
        #expect(try told(drawing, kind: "zone") == [], "nobody visits a zone")
        #expect(try told(String(repeating: "V", count: 200)) == [], "one long stay")
        #expect(try told(String(repeating: "V" + Self.away(25), count: 6)) == [], "it passed by")
        #expect(try told("V" + String(repeating: " ", count: 25) + Self.visit + "VV") == [], "silence is no stay")
        #expect(try told(Self.visit + "II" + Self.away(24) + Self.visit + "VV") == [], "it was in the fence as it is")
        #expect(try told(Self.visit + "JJ" + Self.visit + "VV", .tracker_gcj02) == [], "its datum is right elsewhere")
        #expect(try told(Self.visit + "JJ" + Self.visit + "VV", .fence_gcj02).count == 1, "that fence is right")
        #expect(try told(drawing, rules: Self.rules { $0.scope.fences = ["f1"] }) == [])
        let night = ActiveHours(days: Set(ActiveHours.Day.allCases), from: 1200, to: 1260, timeZone: "UTC")
        let schedule = Schedule(periods: [Schedule.Period(hours: night, zone: LocalTime([]))])
        #expect(try told(drawing, rules: Self.rules { $0.scope.hours = schedule }) == [], "not in hours")
    }

    @Test func whereOtherFencesAreNearOnePlaceIsNotEnough() throws {
        var stream = try stream(centres: [0, -600, 600, 900])
        try draw(&stream, Self.visit + Self.visit + Self.visit)
        #expect(stream.told == [])
    }

    @Test func beyondChinaNothingIsShifted() throws {
        var stream = try stream()
        for step in 0..<200 {
            var report = World.report(Double(step) * 600, 0)
            report.coordinate = Coordinate(latitude: 52.5 + Double(step / 20) / 100, longitude: 13.4)
            try stream.take(report)
        }
        #expect(stream.told == [])
    }

    @Test func aVisitToTheFenceAsItIsClearsIt() throws {
        let raised = Self.visit + Self.visit + "VV" + Self.away(10)
        #expect(try told(raised + "III").last == "wrong_datum cleared@39000 of 39000 at f0")
        #expect(try told(raised + "JJJ").count == 1)
        #expect(try told(raised + "JJJ", .tracker_bd09).last == "wrong_datum cleared@39000 of 39000 at f0")
        // The same again within a week; and then a month without a stay there.
        #expect(try told(raised + "III" + Self.visit + Self.visit + Self.visit).count == 2)
        let month = String(repeating: "J" + Self.away(9), count: 440) + "JJ"
        #expect(try told(raised + month).count == 2)
    }

    @Test func aCooldownFollows() throws {
        let again = Self.visit + Self.visit + "VV" + Self.away(10) + "III" + Self.visit + Self.visit + "VV"
        #expect(try told(again, rules: Self.rules { $0.cooldown_s = 0 }).count == 3)
        // It cleared at 39,000, and the third stay after it is 33,000 s later.
        #expect(try told(again, rules: Self.rules { $0.cooldown_s = 33_000 }).count == 3)
        #expect(try told(again, rules: Self.rules { $0.cooldown_s = 33_001 }).count == 2)
    }

    /// A stay's fixes are within 150 m of the first.
    @Test func whoMovesStaysNowhere() throws {
        for (metres, count) in [(148.0, 1), (152, 0)] {
            var stream = try stream()
            for visit in 0..<3 {
                let begin = Double(visit) * 15_600
                for (second, east) in [(begin, 0.0), (begin + 600, metres)] {
                    var report = World.report(second, east - 70)
                    report.coordinate = report.coordinate.map(Wrong.fence_gcj02.report)
                    try stream.take(report)
                }
                for second in stride(from: begin + 1200, to: begin + 15_600, by: 600) {
                    try stream.take(World.report(second, -20_000 - second))
                }
            }
            #expect(stream.told.count == count, "\(metres)")
        }
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = Self.visit + Self.visit + "VVV..III..."
        var whole = try stream()
        try draw(&whole, drawing)
        for cut in [1, 2, 3, 26, 27, 28, 52, 53, 54, 55, 57, 58, 59] {
            var stream = try stream()
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            #expect(stream.lines == whole.lines && whole.lines.count == 2, "cut at \(cut)")
        }
    }

    @Test func aVisitThatIsHeardOfLateTakesItBack() throws {
        var stream = try stream()
        try draw(&stream, Self.visit + "    " + Self.visit + "VV")
        #expect(stream.told.count == 1)
        for step in 26..<30 { try stream.take(World.report(Double(step) * 600, 0)) }
        try stream.finish()
        #expect(stream.told.count == 2 && stream.standing == [])
    }
}
