import Fencing
import Glibc
import Positioning
import TestSupport
import Testing

@testable import Anomalies

/// What is asked at every fix is answered by a shortcut mostly: as the plain way answers it.
@Suite struct ShortcutTests {
    private static let draws = 10_000

    /// All over the earth, near the distance asked for and far from it, across the antimeridian too.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func nearnessIsThatOnTheSphere(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<Self.draws {
            let latitude = Double.random(in: -89.9...89.9, using: &random)
            let spot = Spot(Coordinate(latitude: latitude, longitude: .random(in: -180...180, using: &random)))
            let metres = Double.random(in: 10...1000, using: &random)
            let isNear = Bool.random(using: &random)
            let share: ClosedRange<Double> = isNear ? 0.95...1.05 : 0...3
            let degrees = metres / 111_195 * Double.random(in: share, using: &random)
            let bearing = Double.random(in: 0...2 * .pi, using: &random)
            let east = spot.coordinate.longitude + degrees * sin(bearing) / cos(latitude * .pi / 180)
            let place = Coordinate(
                latitude: max(-90, min(90, spot.coordinate.latitude + degrees * cos(bearing))),
                longitude: east > 180 ? east - 360 : east < -180 ? east + 360 : east)
            let isWithin = spot.isWithin(metres, of: place)
            #expect(isWithin == spot.coordinate.isRoughlyWithin(metres, of: place), "seed \(seed): \(spot) \(place)")
        }
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>) func aCoarseGridIsKnown(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<Self.draws {
            // Whole 1e-4 degrees, whole thousandths of a minute, or anything.
            let units: [Double] = [1e-4, 1 / 60_000, 1e-7]
            let unit = units.randomElement(using: &random) ?? 1
            func degrees(_ most: Double) -> Double {
                (Double.random(in: -most...most, using: &random) / unit).rounded() * unit
            }
            let coordinate = Coordinate(latitude: degrees(90), longitude: degrees(180))
            let whole: [Int] = [coordinate.latitude, coordinate.longitude].map { (degrees: Double) -> Int in
                Int((degrees * 1e7).rounded().magnitude)
            }
            let isCoarse =
                whole.allSatisfy { $0 % 1000 == 0 }
                || whole.allSatisfy { min($0 * 6 % 1000, 1000 - $0 * 6 % 1000) <= 3 }
            #expect(GridPlace(coordinate).isCoarse == isCoarse, "seed \(seed): \(coordinate)")
        }
    }

    /// Of one interval to some more than are remembered, of microseconds to a day.
    @Test(arguments: 1...2 as ClosedRange<UInt64>) func theRhythmIsTheMedianOfTheNewest(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var rhythm = Rhythm()
            var intervals: [Double] = []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let last = Timestamp(microseconds: .random(in: 0...1_772_413_200_000_000, using: &random))
                let most: Int64 = Bool.random(using: &random) ? 90_000_000_000 : 5_000_000
                let next = Timestamp(microseconds: last.microseconds + .random(in: 1...most, using: &random))
                rhythm.note(from: last, to: next)
                intervals.append(min(max((next.seconds(since: last) + 0.5).rounded(.down), 1), 65_535))
            }
            let newest = intervals.suffix(Limits.rhythmIntervals).sorted()
            #expect(rhythm.interval_s == newest[newest.count / 2], "seed \(seed): \(intervals)")
        }
    }

    /// Of any week from 1900 on, in a zone whose clocks are set now and then, to whole seconds.
    @Test(arguments: 1...2 as ClosedRange<UInt64>) func hoursHoldOnTheDaysOnWhichTheyBegan(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let years: ClosedRange<Int64> = -2_208_988_800_000_000...4_102_444_800_000_000
        for _ in 0..<200 {
            let offsets = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                LocalTime.Offset(
                    since: Timestamp(microseconds: .random(in: years, using: &random)),
                    seconds: .random(in: -86_399...86_399, using: &random))
            }
            let zone = LocalTime(offsets.sorted { $0.since < $1.since })
            let hours = ActiveHours(
                days: Set(ActiveHours.Day.allCases.filter { _ in Bool.random(using: &random) }),
                from: .random(in: 0...1439, using: &random), to: .random(in: 0...1440, using: &random), timeZone: "")
            let period = Schedule.Period(hours: hours, zone: zone)
            for _ in 0..<50 {
                // About its edges, and anywhere.
                let day = Int.random(in: -25_000...45_000, using: &random)
                let range = period.range(from: day)
                let edge = Bool.random(using: &random) ? range.lowerBound : range.upperBound
                let isNear = Bool.random(using: &random)
                let time = Timestamp(
                    microseconds: isNear
                        ? edge.microseconds + .random(in: -2...2, using: &random) : .random(in: years, using: &random))
                let holds = period.holds(at: time)
                #expect(holds == (period.day(at: time) != nil), "seed \(seed): \(hours) \(zone) \(time)")
            }
        }
    }

    /// As they were put in, and without a gap where they follow a byte.
    @Test func packedTimesAreThoseTimes() {
        struct Tail {
            var flag: UInt8
            @MaybeTime var time: Timestamp?
        }
        #expect(MemoryLayout<PackedTime>.size == 8 && MemoryLayout<Tail>.size == 12)
        var random = SeededGenerator(seed: 1)
        let any = (0..<Self.draws).map { _ in Int64.random(in: .min...(.max), using: &random) }
        for microseconds in any + [.min, .min + 1, -1, 0, 1, .max, 1 << 32, -1 << 32] {
            let time = Timestamp(microseconds: microseconds)
            #expect(PackedTime(wrappedValue: time).wrappedValue == time)
            #expect(MaybeTime(wrappedValue: time).wrappedValue == (microseconds == .min ? nil : time))
        }
        #expect(MaybeTime(wrappedValue: nil).wrappedValue == nil)
    }
}
