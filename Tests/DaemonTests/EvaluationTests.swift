import Anomalies
import Engine
import Fencing
import Geometry
import Positioning
import Testing

@testable import Daemon

/// The made-up days that the anomaly rules are measured on: what is asked of a rule is only as good as they are.
@Suite struct EvaluationTests {
    private static let midnight = Timestamp(microseconds: 1_772_380_800_000_000)

    @Test func theCityIsWellDrawn() throws {
        let catalogue = try City.catalogue()
        #expect(Set(catalogue.fences.map(\.kind)).isSuperset(of: [.site, .customer, .allowed, .forbidden, .route]))
        let index = try FenceIndex(catalogue)
        let town = try #require(index.fences.firstIndex { $0.id == "town" })
        for block in City.plainBlocks {
            #expect(index.signedDistance(to: town, from: block.coordinate) < 0)
            let nearest = index.fences.indices.filter { index.fences[$0].kind != .allowed }
                .map { index.signedDistance(to: $0, from: block.coordinate) }.min()
            #expect(try #require(nearest) > 60, "nobody lives in a fence: \(block)")
        }
    }

    @Test(arguments: 0..<40) func aWayIsWhole(_ seed: UInt64) {
        let rules: [RuleName?] = [nil, .idle, .outside_allowed, .inside_forbidden, .flapping, .speeding]
        let day = WorkingDay(rule: rules[Int(seed) % rules.count], isBus: seed % 7 == 6, SeededGenerator(seed: seed))
        for (leg, next) in zip(day.way.legs, day.way.legs.dropFirst()) {
            #expect(leg.to == next.from && (leg.end_s - next.start_s).magnitude < 1e-6, "seed \(seed)")
        }
        for leg in day.way.legs {
            #expect(leg.duration_s > 0 && leg.motion(at: leg.start_s).spot.distance_m(to: leg.from) < 1e-6)
            #expect(leg.motion(at: leg.end_s).spot.distance_m(to: leg.to) < 1e-6, "seed \(seed)")
            // Half a second further is never further than the speed allows.
            var time = leg.start_s
            while time + 0.5 < leg.end_s, leg.cruise_mps > 0 {
                let step = leg.motion(at: time).spot.distance_m(to: leg.motion(at: time + 0.5).spot)
                #expect(step <= leg.cruise_mps / 2 + 1e-6, "seed \(seed) at \(time)")
                time += max(0.5, leg.duration_s / 50)
            }
        }
    }

    @Test(arguments: 0..<12) func ordinaryReportsAreWhatReceiversSend(_ seed: UInt64) throws {
        let day = DeviceDay(device: "d", midnight: Self.midnight, seed: seed)
        #expect(day.reports.count > 200, "seed \(seed)")
        for (earlier, later) in zip(day.reports, day.reports.dropFirst()) {
            #expect(earlier.received <= later.received, "seed \(seed)")
        }
        for arrival in day.reports {
            let time = try #require(arrival.report.time)
            #expect(arrival.received >= time, "nothing arrives before it is sent, seed \(seed)")
            #expect((arrival.report.coordinate == nil) == (arrival.report.rejection == .void), "seed \(seed)")
            if arrival.report.rejection == nil {
                #expect(arrival.report.measurements.accuracy_m != nil && arrival.report.measurements.speed_mps != nil)
            }
        }
        #expect(!day.labels.contains { $0.isInjected }, "seed \(seed)")
    }

    @Test(arguments: Evaluation.singles) func everyCaseIsThere(_ rule: RuleName) {
        let count: UInt64 = rule == .wrong_datum ? 1 : 3
        let days = (0..<count).map { DeviceDay(device: "d", rule: rule, midnight: Self.midnight, seed: 100 + $0) }
        let labels = days.flatMap(\.labels).filter { $0.isInjected }
        #expect(!labels.isEmpty && labels.allSatisfy { $0.rule == rule && $0.from <= $0.to })
    }

    @Test func theSameSeedGivesTheSameFigures() throws {
        func run(_ seed: UInt64) throws -> String {
            let evaluation = Evaluation(deviceDays: 1, injected: [.impossible_speed], seed: seed)
            let result = try evaluation.run()
            return "\(result.reports) \(result.deviceDays) "
                + result.scores.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key) \($0.value)" }.joined()
        }
        let first = try run(3)
        #expect(try run(3) == first)
        #expect(try run(4) != first)
    }

    @Test func aLabelExplainsWhatItIsAboutAndNothingElse() {
        let label = Label(
            rule: .frozen, from: Self.midnight, to: Self.midnight.advanced(bySeconds: 600), isInjected: true,
            companions: [.idle])
        func explains(_ rule: RuleName, _ since: Double, _ detected: Double) -> Bool {
            label.explains(
                rule, since: Self.midnight.advanced(bySeconds: since),
                detected: Self.midnight.advanced(bySeconds: detected))
        }
        #expect(explains(.frozen, 0, 600) && explains(.idle, 0, 600))
        #expect(!explains(.speeding, 0, 600), "another rule")
        #expect(!explains(.frozen, -50, -1), "before it began")
        #expect(explains(.frozen, 600, 600 + 2 * Label.grace_s), "it began in time")
        #expect(!explains(.frozen, 601 + Label.grace_s, 602 + Label.grace_s), "long after")
    }

    @Test func whatIsToldOfIsRightForHalfOfItAtLeast() {
        func at(_ second: Double) -> Timestamp { Self.midnight.advanced(bySeconds: second) }
        let labels = [
            Label(rule: .silence, from: at(0), to: at(100)), Label(rule: .silence, from: at(200), to: at(300)),
            Label(rule: .idle, from: at(0), to: at(1800)),
            Label(rule: .frozen, from: at(0), to: at(1800), isInjected: true, companions: [.silence]),
        ]
        func isRight(_ rule: RuleName, _ since: Double, _ detected: Double) -> Bool {
            labels.bearOut(rule, since: at(since), detected: at(detected))
        }
        #expect(isRight(.silence, 0, 300) && isRight(.silence, 0, 400), "both stretches together")
        #expect(!isRight(.silence, 0, 401))
        #expect(isRight(.idle, 0, 1800) && isRight(.idle, 900, 2700) && !isRight(.idle, 901, 2701))
        #expect(isRight(.silence, 100, 100) && !isRight(.silence, 101, 101), "at one moment")
        #expect(!isRight(.frozen, 0, 1800), "a case is to be found")
        #expect(isRight(.idle, 1000, 900), "told of by a clock that is behind")
    }

    /// Metres east of the depot's eastern edge, where it is and where it shows, each half a minute: whether it changed sides so
    /// often, and never wrongly.
    private func isRight(_ count: Int, _ way: [(is: Double, shows: Double)]) -> Bool {
        var edges = Edges()
        let edge = City.depot.middle.moved(City.depot.halfWidth_m, 0)
        func at(_ index: Int) -> Timestamp { Self.midnight.advanced(bySeconds: Double(index) * 30) }
        for (index, place) in way.enumerated() {
            edges.note(edge.moved(place.is, 0), shown: edge.moved(place.shows, 0), within: 12, at: at(index))
        }
        #expect(!edges.bearOut(1, at: City.customers[0].id, from: at(0), to: at(way.count)), "another fence")
        #expect(!edges.bearOut(1, at: City.depot.id, from: at(way.count), to: at(100)), "another time")
        return edges.bearOut(count, at: City.depot.id, from: at(0), to: at(way.count))
    }

    @Test func aChangeOfSidesIsRightWhereItWentThroughOrWasNear() {
        #expect(isRight(2, [(-60, -60), (60, 60), (-60, -60)]) && !isRight(3, [(-60, -60), (60, 60), (-60, -60)]))
        #expect(isRight(2, [(-12, -5), (-12, 5), (-12, -5)]) && isRight(1, [(12, 5), (12, -5)]), "near")
        #expect(!isRight(1, [(-12.1, -5), (-12.1, 5), (-12.1, -5)]), "a stray")
        #expect(!isRight(1, [(-60, -60), (60, 60), (60, -60), (60, 60)]), "a stray after a right one")
        #expect(!isRight(1, [(-60, -60), (60, -60), (60, 60)]), "a place that stuck")
        #expect(isRight(1, [(0, -5), (0, 5), (0, 5), (0, 5)]) && !isRight(1, [(0, -5), (0, -9)]))
    }

    @Test func theNearestOfACornerIsTheCorner() {
        let corner = City.depot.middle.moved(City.depot.halfWidth_m + 3, City.depot.halfHeight_m + 4)
        #expect((City.depot.distance_m(from: corner) - 5).magnitude < 1e-9 && !City.depot.contains(corner))
        #expect(City.depot.contains(City.depot.middle.moved(City.depot.halfWidth_m, -City.depot.halfHeight_m)))
    }

    @Test func aWeekHasFiveWorkingDaysAndNoWeekend() {
        for start in [0, 3] {
            let midnight = Self.midnight.advanced(bySeconds: Double(start) * 86_400)
            let week = DeviceDay(device: "d", isWeek: true, midnight: midnight, seed: 12)
            let times = week.reports.compactMap(\.report.time)
            let days = Set(times.map { Int($0.seconds(since: Self.midnight) / 86_400) }).sorted()
            #expect(days == (start..<start + 5).map { $0 < 5 ? $0 : $0 + 2 })
            #expect(week.count == 5 && week.end > (week.reports.last?.received ?? week.end))
        }
    }

    @Test func placesThatWereDrawnInAnotherDatumAreWhereTheMapSays() {
        let area = City.customers[0]
        for datum in [Datum.gcj02, .bd09] {
            let place = StreamCase.really([area], in: datum)[0].middle
            let drawn = Spot(datum.fromWGS84(place.coordinate))
            #expect(drawn.distance_m(to: area.middle) < 1 && place.distance_m(to: area.middle) > 300)
        }
    }

    @Test func statesAreCopiedWhole() {
        var state = TrackStates()
        var empty = StateCopier()
        state.code(&empty)
        empty.rewind()
        var copy = TrackStates()
        copy.code(&empty)
        #expect(copy == state)
    }

    @Test func theCostIsMeasuredOverFixesThatWereTaken() throws {
        let cost = try RuleCost.measure(Evaluation(deviceDays: 1, injected: [], seed: 5), rounds: 1) { _ in }
        #expect(cost.fixes > 200 && cost.perFix_ns.count == 1 && cost.bytes.count == 1)
    }
}
