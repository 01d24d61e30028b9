import Anomalies
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

/// At a fix a minute, along a route of 40 m: `-` on it, `.` 390 m from its edge, `:` 450 m, `o` 600 m, a space is silence.
@Suite struct OffRouteTests {
    /// Routes from west to east, so many metres north of the origin.
    private static func routes(at north: [Double] = [0], properties: String = #""kind":"route""#) throws
        -> FenceCatalogue
    {
        let features = north.enumerated().map { index, north in
            let line = [-9000.0, 9000].map { east in
                let place = World.place(east, north)
                return "[\(place.longitude),\(place.latitude)]"
            }.joined(separator: ",")
            return """
                {"type":"Feature","id":"r\(index)","properties":{"half_width_m":20,\(properties)},
                "geometry":{"type":"LineString","coordinates":[\(line)]}}
                """
        }.joined(separator: ",")
        let text = "{\"type\":\"FeatureCollection\",\"features\":[\(features)]}"
        return try FenceCatalogue.load([FenceFile(name: "routes.geojson", bytes: Array(text.utf8))])
    }

    private static func rules(_ change: (inout OffRoute) -> Void = { _ in }) -> Rules {
        var rules = Rules.none
        var rule = OffRoute()
        change(&rule)
        rules.offRoute = rule
        return rules
    }

    private func draw(_ stream: inout DrawnStream, _ drawing: String) throws {
        try stream.draw(drawing) { character, second in
            let off: [Character: Double] = ["-": 0, ".": 410, ":": 470, "o": 620]
            return World.report(second, second.truncatingRemainder(dividingBy: 4000), off[character] ?? 0)
        }
    }

    private func told(
        _ drawing: String, rules: Rules = rules(), catalogue: FenceCatalogue? = nil, group: String? = nil
    ) throws -> [String] {
        var stream = try DrawnStream(rules: rules, step_s: 60, catalogue: catalogue ?? Self.routes(), group: group)
        try draw(&stream, drawing)
        return stream.told
    }

    private static func off(_ count: Int) -> String { String(repeating: "o", count: count) }

    @Test func fiveMinutesOffRaiseItAndComingBackClearsIt() throws {
        #expect(
            try told("--" + Self.off(9) + "--") == [
                "off_route raised@420 of 120 at r0", "off_route cleared@660 of 660 at r0",
            ])
    }

    @Test func boundaries() throws {
        #expect(try told(Self.off(6)) == ["off_route raised@300 of 0 at r0"])
        #expect(try told(Self.off(5)) == [])
        for (north, count) in [(515.0, 0), (525.0, 1)] {
            var stream = try DrawnStream(rules: Self.rules(), step_s: 60, catalogue: Self.routes())
            for step in 0..<10 { try stream.take(World.report(Double(step) * 60, 0, north)) }
            #expect(stream.told.count == count, "\(north)")
        }
    }

    @Test func alongTheDistanceItNeitherRaisesNorClears() throws {
        #expect(try told("::::::::::") == [])
        #expect(try told(Self.off(6) + "::::::") == ["off_route raised@300 of 0 at r0"])
        #expect(
            try told(Self.off(6) + "::::::.").last == "off_route cleared@720 of 720 at r0")
    }

    @Test func whatMustNotRaiseIt() throws {
        #expect(try told("oooo-oooo-oooo.oooo") == [], "four minutes each")
        #expect(try told(Self.off(30), catalogue: World.squares(at: [0])) == [], "no route")
        #expect(try told("o" + String(repeating: " ", count: 125) + "o") == [], "silence")
        let guarded = try Self.routes(properties: #""kind":"route","groups":["buses"]"#)
        #expect(try told(Self.off(30), catalogue: guarded, group: "vans") == [], "not its route")
        #expect(try told(Self.off(30), catalogue: guarded, group: "buses").count == 1)
        #expect(try told(Self.off(30), rules: Self.rules { $0.scope.fences = ["r9"] }) == [], "another route")
        #expect(try told(Self.off(30), rules: Self.rules { $0.scope.groups = ["buses"] }) == [])
    }

    @Test func onlyTheTimeInHoursCounts() throws {
        let hours = ActiveHours(days: Set(ActiveHours.Day.allCases), from: 70, to: 80, timeZone: "UTC")
        let schedule = Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]))])
        #expect(
            try told(Self.off(60), rules: Self.rules { $0.scope.hours = schedule }) == [
                "off_route raised@900 of 600 at r0", "off_route cleared@1200 of 1200 at r0",
            ])
    }

    @Test func aCooldownFollows() throws {
        let once = Self.off(6) + "--"
        #expect(try told(once + Self.off(10)).count == 2)
        #expect(try told(once + Self.off(40)).last == "off_route raised@2160 of 480 at r0")
    }

    @Test func silenceIsNotStrayingAndClearsNothing() throws {
        func silent(_ count: Int) -> String { String(repeating: " ", count: count) }
        #expect(try told("o" + silent(119) + "o").count == 1, "two hours")
        #expect(try told("o" + silent(120) + "o") == [], "and a minute")
        #expect(try told(Self.off(6) + silent(300) + "oo") == ["off_route raised@300 of 0 at r0"])
        #expect(try told(Self.off(6) + silent(300) + "-").last == "off_route cleared@18360 of 18360 at r0")
    }

    @Test func itNamesTheNearestRoute() throws {
        var stream = try DrawnStream(rules: Self.rules(), step_s: 60, catalogue: Self.routes(at: [0, 5000, -3000]))
        for step in 0..<8 { try stream.take(World.report(Double(step) * 60, 0, 3500)) }
        #expect(stream.told == ["off_route raised@300 of 0 at r1"])
        #expect(stream.lines.first?.contains(#""distance_m":14"#) == true)
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = "-:" + Self.off(9) + ":.-" + Self.off(40)
        for cut in 1..<drawing.count {
            var stream = try DrawnStream(rules: Self.rules(), step_s: 60, catalogue: Self.routes())
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            #expect(try stream.told == told(drawing), "cut at \(cut)")
        }
    }

    @Test func aLateFixOnTheRouteTakesItBack() throws {
        var stream = try DrawnStream(rules: Self.rules(), step_s: 60, catalogue: Self.routes())
        for step in 0..<10 where step != 3 { try stream.take(World.report(Double(step) * 60, 0, 620)) }
        #expect(stream.told == ["off_route raised@300 of 0 at r0"])
        try stream.take(World.report(180, 0, 0))
        try stream.finish()
        #expect(
            stream.told.suffix(2) == ["retracts off_route raised@300 of 0 at r0", "off_route raised@540 of 240 at r0"])
    }

    /// Measured seldom, and yet decided as if at every fix.
    @Test(arguments: UInt64(1)...8) func seldomMeasuredIsMeasuredRight(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let catalogue = try Self.routes(at: (0..<3).map { _ in .random(in: -4000...4000, using: &random) })
        let index = try FenceIndex(catalogue)
        var stream = try DrawnStream(
            rules: Self.rules { $0.cooldown_s = 0 }, step_s: 60, catalogue: catalogue)
        var (since, isRaised, expected) = (nil as Double?, false, [String]())
        var north = 0.0
        let stride = seed % 2 == 0 ? 40.0 : 400
        for step in 0..<1500 {
            let second = Double(step) * 60
            north = max(-7000, min(7000, north + .random(in: -stride...stride, using: &random)))
            let report = World.report(second, 0, north)
            try stream.take(report)
            let place = try #require(report.coordinate)
            let distance = catalogue.fences.indices.map { index.signedDistance(to: $0, from: place) }.min() ?? 0
            if distance <= (isRaised ? 400 : 500) {
                if isRaised { expected.append("off_route cleared@\(Int(second)) of \(Int(second))") }
                (since, isRaised) = (nil, false)
            } else {
                since = since ?? second
                guard let since, !isRaised, second - since >= 300 else { continue }
                isRaised = true
                expected.append("off_route raised@\(Int(second)) of \(Int(since))")
            }
        }
        #expect(stream.told.map { $0.components(before: " at ") } == expected && expected.count > 2, "seed \(seed)")
    }
}

extension String {
    fileprivate func components(before mark: String) -> String {
        guard let range = firstRange(of: mark) else { return self }
        return String(self[..<range.lowerBound])
    }
}
