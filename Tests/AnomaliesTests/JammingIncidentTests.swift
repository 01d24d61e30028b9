import Anomalies
import Engine
import Positioning
import TestSupport
import Testing

/// Devices that lose their satellites, and what becomes of it: a drawing has a row for each device, a character for each minute:
/// `x` lost, `X` lost and still so (it says it again), `o` back. Devices stand 500 m apart.
@Suite struct JammingIncidentTests {
    private static func draw(
        _ rows: [String], rules: Rules = Rules(), apart_m: Double = 500, cuts: Bool = false
    ) throws -> DrawnFleet {
        var fleet = DrawnFleet(rules: rules)
        var since: [Int: Timestamp] = [:]
        let rows = rows.map(Array.init)
        for minute in 0..<(rows.map(\.count).max() ?? 0) {
            for (index, row) in rows.enumerated() where minute < row.count {
                let time = World.start.advanced(bySeconds: Double(minute) * 60)
                let kind: FleetSignal.Kind
                switch row[minute] {
                case "x":
                    since[index] = time
                    kind = .jammed(since: time)
                case "X": kind = .jammed(since: since[index] ?? time)
                case "o": kind = .unjammed
                default: continue
                }
                let place = World.place(Double(index) * apart_m, 0)
                fleet.take([FleetSignal(kind, time: time, place: place)], of: "van-\(index + 1)")
                guard cuts else { continue }
                fleet.keep()
                let before = fleet.fleet
                try fleet.restart()
                #expect(fleet.fleet == before)
            }
        }
        return fleet
    }

    private static func told(_ rows: [String], rules: Rules = Rules(), apart_m: Double = 500) throws -> [String] {
        let told = try draw(rows, rules: rules, apart_m: apart_m).told
        #expect(try draw(rows, rules: rules, apart_m: apart_m, cuts: true).told == told, "over restarts")
        return told
    }

    @Test func oneAloneIsRaisedAndCleared() throws {
        #expect(try Self.told(["x    o"]) == ["jamming van-1 raised@0 of 0", "jamming van-1 cleared@300 of 300"])
    }

    @Test func severalAtOnceAreOneEventUntilTheLastIsBack() throws {
        let fleet = try Self.draw(["x   o", " x     o", "  x o"])
        #expect(fleet.told == ["jamming van-1 raised@0 of 0", "jamming van-1 cleared@420 of 420"])
        #expect(fleet.evidence(0).hasPrefix(#"{"devices":1,"names":["van-1"],"reach_m":0,"#))
        let evidence = fleet.evidence(1)
        #expect(evidence.hasPrefix(#"{"devices":3,"names":["van-1","van-2","van-3"],"reach_m":"#), "\(evidence)")
        #expect(evidence.hasSuffix(#""duration_s":420}"#), "\(evidence)")
        #expect(fleet.events[0].anomaly?.raised == fleet.events[1].anomaly?.raised)
    }

    /// Who may just have gone indoors raises nothing, however many there are; who stood in the open and reports rarely is believed
    /// when three do so.
    @Test func lossesAreAddedUp() {
        func told(_ weights: [Jamming.Weight]) -> [String] {
            var fleet = DrawnFleet()
            for (index, weight) in weights.enumerated() {
                let kind = FleetSignal.Kind.jammed(since: World.start, weight: weight)
                fleet.take([FleetSignal(kind, time: World.start, place: World.place(0, 0))], of: "van-\(index)")
            }
            for index in weights.indices {
                let later = World.start.advanced(bySeconds: 60)
                fleet.take([FleetSignal(.unjammed, time: later, place: nil)], of: "van-\(index)")
            }
            return fleet.told
        }
        let once = ["jamming van-0 raised@0 of 0", "jamming van-0 cleared@60 of 60"]
        #expect(told([.full]) == once)
        #expect(told([.none]) == [] && told(Array(repeating: .none, count: 50)) == [])
        #expect(told([.some, .some]) == [] && told([.some, .some, .some]) == once)
        #expect(told([.none, .some, .none, .some, .some, .none]) == once)
    }

    @Test func boundariesOfPlaceAndTime() throws {
        // Five minutes, and six.
        #expect(try Self.told(["x", "     x"]).count == 1)
        #expect(try Self.told(["x", "      x"]).count == 2)
        // From one to the next, as far as the chain goes.
        #expect(try Self.told(["x", "     x", "          x"]).count == 1)
        #expect(try Self.told(["x", "x"], apart_m: 1990).count == 1)
        #expect(try Self.told(["x", "x"], apart_m: 2020).count == 2)
    }

    @Test func whoLosesThemAgainInTheCooldownIsNotToldOf() throws {
        let often = "x o" + String(repeating: " ", count: 10) + "x o"
        #expect(try Self.told([often]).count == 2)
        // Half an hour after it cleared.
        #expect(try Self.told(["x o" + String(repeating: " ", count: 30) + "x o"]).count == 4)
        // What still stands then, and says so, is raised.
        let stays = "x o  x" + String(repeating: "X", count: 40) + "o"
        #expect(
            try Self.told([stays]) == [
                "jamming van-1 raised@0 of 0", "jamming van-1 cleared@120 of 120", "jamming van-1 raised@1920 of 300",
                "jamming van-1 cleared@2760 of 2760",
            ])
        // Another device there is told of.
        #expect(try Self.told(["x o", String(repeating: " ", count: 10) + "x"]).count == 3)
    }

    @Test func whoSaysNoMoreIsNotWaitedFor() throws {
        let silence = String(repeating: " ", count: 61)
        #expect(
            try Self.told(["x", "", "", "", "", " " + silence + "x"]) == [
                "jamming van-1 raised@0 of 0", "jamming van-1 cleared@3720 of 3720",
                "jamming van-6 raised@3720 of 3720",
            ])
        // An hour, and it still is.
        #expect(try Self.told(["x", "", "", "", "", silence.dropFirst() + "x"]).count == 2)
    }

    @Test func thereIsABoundOfIncidentsAndDevices() {
        var fleet = DrawnFleet()
        let time = World.start
        func jam(_ name: String, _ east_m: Double, after second: Double) {
            let at = time.advanced(bySeconds: second)
            fleet.take([FleetSignal(.jammed(since: at), time: at, place: World.place(east_m, 0))], of: name)
        }
        for index in 0...Limits.jammingIncidents { jam("far-\(index)", Double(index) * 10_000, after: Double(index)) }
        #expect(fleet.told.filter { $0.contains("raised") }.count == Limits.jammingIncidents + 1)
        #expect(fleet.told.filter { $0.contains("cleared") } == ["jamming far-0 cleared@100 of 100"])
        for index in 0..<Limits.jammingDevices + 10 { jam("near-\(index)", -50_000, after: 200) }
        let later = time.advanced(bySeconds: 600)
        for index in 0..<Limits.jammingDevices + 10 {
            fleet.take([FleetSignal(.unjammed, time: later, place: nil)], of: "near-\(index)")
        }
        let last = fleet.evidence(fleet.events.count - 1)
        #expect(last.hasPrefix(#"{"devices":\#(Limits.jammingDevices + 10),"names":["near-0","near-1","#), "\(last)")
        #expect(last.split(separator: "near-").count == Limits.evidenceNames + 1)
    }

    @Test func whoNeverWasAnywhereIsAlone() {
        var fleet = DrawnFleet()
        for name in ["a", "b"] {
            fleet.take([FleetSignal(.jammed(since: World.start), time: World.start, place: nil)], of: name)
        }
        #expect(fleet.told.count == 2 && fleet.events.allSatisfy { $0.coordinate == nil })
    }
}
