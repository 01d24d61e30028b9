import Anomalies
import Engine
import Positioning
import TestSupport
import Testing

/// A row for each device, a character for each minute: `t` together (10 m beside each other), `a` apart (1 km from the others),
/// `n` near (60 m from the place). A space is silence.
@Suite struct GatheringTests {
    private static func rules(_ change: (inout Gathering) -> Void = { _ in }) -> Rules {
        var rules = Rules()
        var gathering = Gathering()
        gathering.devices = 3
        gathering.duration_s = 600
        change(&gathering)
        rules.gathering = gathering
        return rules
    }

    private static func draw(
        _ rows: [String], rules: Rules = rules(), groups: [String: String] = [:], cutsAt: Set<Int> = [],
        around centre: Coordinate = World.origin
    ) throws -> DrawnFleet {
        var fleet = DrawnFleet(rules: rules, groups: groups)
        let rows = rows.map(Array.init)
        for minute in 0..<(rows.map(\.count).max() ?? 0) {
            for (index, row) in rows.enumerated() where minute < row.count && row[minute] != " " {
                let east: Double =
                    switch row[minute] {
                    case "t": Double(index) * 10
                    case "n": 60
                    default: Double(index + 1) * 1000
                    }
                var report = World.report(Double(minute) * 60, east)
                report.coordinate?.latitude += centre.latitude - World.origin.latitude
                report.coordinate?.longitude += centre.longitude - World.origin.longitude
                if let longitude = report.coordinate?.longitude, longitude > 180 {
                    report.coordinate?.longitude = longitude - 360
                }
                fleet.take(report, of: "van-\(index + 1)")
            }
            guard cutsAt.contains(minute) else { continue }
            fleet.keep()
            let before = fleet.fleet
            try fleet.restart()
            #expect(fleet.fleet == before)
        }
        return fleet
    }

    private static func t(_ count: Int) -> String { String(repeating: "t", count: count) }
    private static func a(_ count: Int) -> String { String(repeating: "a", count: count) }

    /// Of a damaged store: it may be said to be no snapshot, or may say something else, but the devices go on.
    @Test func aFlippedBitIsNoTrap() throws {
        let gathered = try Self.draw([Self.t(20), Self.t(20), Self.t(20)])
        #expect(gathered.told.count == 1)
        var read = 0
        for bit in 0..<4000 {
            var fleet = gathered
            do { try fleet.restart(flipping: bit) } catch is SnapshotError { continue }
            for device in 1...3 { fleet.take(World.report(1260, Double(device) * 10), of: "van-\(device)") }
            read += 1
        }
        #expect(read > 1000)
    }

    @Test func itIsRaisedOnceAfterItsTimeAndClearedWhenTooFewAreLeft() throws {
        let rows = [Self.t(40), Self.t(30) + Self.a(10), "aaaaa" + Self.t(20) + Self.a(15)]
        let fleet = try Self.draw(rows)
        // From the fifth minute on they are three, ten minutes later it is raised; of the 25th on they are two.
        #expect(fleet.told == ["gathering van-1 raised@900 of 300", "gathering van-1 cleared@1800 of 1800"])
        #expect(fleet.evidence(0).hasPrefix(#"{"devices":3,"names":["van-1","van-2","van-3"],"radius_m":50,"#))
        #expect(fleet.evidence(1).hasPrefix(#"{"devices":2,"most":3,"#), "\(fleet.evidence(1))")
        #expect(fleet.events[0].anomaly?.raised == fleet.events[1].anomaly?.raised)
        for cut in 0..<40 { #expect(try Self.draw(rows, cutsAt: [cut]).told == fleet.told, "cut at \(cut)") }
        #expect(try Self.draw(rows, cutsAt: Set(0..<40)).told == fleet.told)
    }

    @Test func boundaries() throws {
        func told(_ rows: [String], _ change: (inout Gathering) -> Void = { _ in }) throws -> Int {
            try Self.draw(rows, rules: Self.rules(change)).told.count
        }
        // Ten minutes, and a minute less.
        #expect(try told([Self.t(11), Self.t(11), Self.t(11)]) == 1)
        #expect(try told([Self.t(10), Self.t(10), Self.t(10)]) == 0)
        // Three, and one less.
        #expect(try told([Self.t(30), Self.t(30)]) == 0)
        // One of them 60 m away: within the radius, and not.
        let near = String(repeating: "n", count: 30)
        #expect(try told([Self.t(30), Self.t(30), near]) { $0.radius_m = 62 } == 1)
        #expect(try told([Self.t(30), Self.t(30), near]) { $0.radius_m = 49 } == 0)
    }

    @Test func whatMustNotRaiseIt() throws {
        func told(_ rows: [String], groups: [String: String] = [:]) throws -> [String] {
            try Self.draw(rows, groups: groups).told
        }
        #expect(try told([Self.t(30), Self.t(30), Self.a(30)]) == [], "one is elsewhere")
        #expect(try told([Self.t(60), Self.t(60), "tttttaaaaa" + "tttttaaaaa"]) == [], "not for long enough")
        #expect(try told([Self.t(40), Self.t(40), "t"]) == [], "who says nothing is not taken to be there")
        #expect(
            try told([Self.t(30), Self.t(30), Self.t(30)], groups: ["van-1": "a", "van-2": "a", "van-3": "b"]) == [],
            "they are of different groups")
        var rules = Self.rules()
        rules.gathering?.scope.groups = ["a"]
        let groups = ["van-1": "b", "van-2": "b", "van-3": "b"]
        #expect(try Self.draw([Self.t(30), Self.t(30), Self.t(30)], rules: rules, groups: groups).told == [])
        #expect(try Self.draw([Self.t(30), Self.t(30), Self.t(30)], rules: Rules()).told == [], "it is off")
    }

    /// One goes at 1500, and is back at 1740, or at 1800.
    @Test func fewerForFiveMinutesClearIt() throws {
        func told(_ away: Int) throws -> Int {
            try Self.draw([Self.t(40), Self.t(40), Self.t(25) + Self.a(away) + Self.t(15 - away)]).told.count
        }
        #expect(try told(4) == 1)
        #expect(try told(5) == 2)
    }

    @Test func silenceOfAllClearsNothingAndOneAloneDoes() throws {
        let all = [Self.t(20), Self.t(20), Self.t(20)]
        #expect(try Self.draw(all).told == ["gathering van-1 raised@600 of 0"])
        let silence = String(repeating: " ", count: 70)
        let alone = [Self.t(20) + silence + Self.t(6), Self.t(20), Self.t(20)]
        #expect(try Self.draw(alone).told.last == "gathering van-1 cleared@5700 of 5700")
    }

    @Test func aCooldownFollows() throws {
        func told(_ pause: Int, _ again: Int) throws -> [String] {
            let last = Self.t(15) + Self.a(pause) + Self.t(again)
            return try Self.draw([Self.t(last.count), Self.t(last.count), last]).told
        }
        // They are together again from the 25th minute on, as the first of them says a minute later; half an hour after it cleared it is raised, still since then.
        #expect(try told(10, 20).count == 2)
        #expect(try told(10, 40).last == "gathering van-1 raised@3000 of 1560")
    }

    /// At the antimeridian, near a pole, on the equator.
    @Test(arguments: [(0.0, 179.9999), (89.9, 20), (-60, -179.9999), (0, 0), (-33.9, 18.4)])
    func itHoldsAnywhere(latitude: Double, longitude: Double) throws {
        let centre = Coordinate(latitude: latitude, longitude: longitude)
        let rows = [Self.t(12), Self.t(12), Self.t(12)]
        #expect(try Self.draw(rows, around: centre).told == ["gathering van-1 raised@600 of 0"])
    }

    /// The grid against a look at every device.
    @Test func theNearAreFoundWherever() throws {
        var random = SeededGenerator(seed: 7)
        for round in 0..<60 {
            let seed = UInt64(round)
            let (latitude, longitude) = (
                Double.random(in: -89.99...89.99, using: &random), Double.random(in: -180...180, using: &random)
            )
            var places: [Coordinate] = []
            var fleet = DrawnFleet(rules: Self.rules { $0.duration_s = 0 })
            for index in 0..<12 {
                let place = Coordinate(
                    latitude: min(max(latitude + Double.random(in: -0.001...0.001, using: &random), -90), 90),
                    longitude: min(max(longitude + Double.random(in: -0.001...0.001, using: &random), -180), 180))
                places.append(place)
                var report = World.report(Double(index), 0)
                report.coordinate = place
                fleet.take(report, of: "van-\(10 + index)")
                let isMet = places.filter { $0.roughDistance_m(to: place) <= 50 }.count >= 3
                if isMet {
                    #expect(!fleet.told.isEmpty, "seed \(seed), device \(index)")
                    break
                }
                #expect(fleet.told.isEmpty, "seed \(seed), device \(index)")
            }
        }
    }
}
