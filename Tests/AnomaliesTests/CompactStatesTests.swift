import Fencing
import Positioning
import TestSupport
import Testing

@testable import Anomalies

/// What is remembered in little room is what plain lists and numbers would have.
@Suite struct CompactStatesTests {
    private struct Number: RuleState {
        var value: Int64 = 0

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.integer(&value)
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func aFewAreAListOfThem(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (few, list) = (Few<3, Number>(), [Number]())
        for step in 0..<2000 {
            let number = Number(value: .random(in: 0..<5, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                few.append(number)
                if list.count < few.room { list.append(number) }
            case 2:
                few.removeAll { $0 == number }
                list.removeAll { $0 == number }
            default:
                guard let index = list.indices.randomElement(using: &random) else { continue }
                #expect(few.remove(at: index) == list.remove(at: index), "seed \(seed), step \(step)")
            }
            #expect(Array(few) == list && few.isFull == (list.count == few.room), "seed \(seed), step \(step)")
            var (out, copy) = (SnapshotWriter(), Few<3, Number>())
            few.code(&out)
            var input = SnapshotReader(out.bytes)
            try copy.code(&input)
            #expect(copy == few, "seed \(seed), step \(step)")
        }
    }

    /// Pauses of microseconds to a day; those of more than 35 minutes are whole milliseconds, as times of most receivers are.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func recentTimesAreTheNewest(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (recent, list) = (RecentTimes(), [Timestamp]())
        var now: Int64 = 1_772_413_200_000_000
        for step in 0..<2000 {
            if Int.random(in: 0..<3, using: &random) == 0 {
                recent.removeOldest()
                if !list.isEmpty { list.removeFirst() }
            } else {
                let isShort = Bool.random(using: &random)
                now +=
                    isShort
                    ? .random(in: 0..<1 << 31, using: &random) : .random(in: 1...86_400_000, using: &random) * 1000
                recent.append(Timestamp(microseconds: now))
                list = Array((list + [Timestamp(microseconds: now)]).suffix(RecentTimes.most))
            }
            #expect(recent.all == list && recent.count == list.count, "seed \(seed), step \(step)")
            #expect(
                recent.newest == list.last && (list.isEmpty || recent.oldest == list[0]), "seed \(seed), step \(step)")
            var (out, copy) = (SnapshotWriter(), RecentTimes())
            recent.code(&out)
            var input = SnapshotReader(out.bytes)
            try copy.code(&input)
            #expect(copy == recent, "seed \(seed), step \(step)")
        }
    }

    /// A pause that is neither short nor whole is at most half a millisecond off, and no error adds to the next.
    @Test func anOddPauseIsNearlyRight() {
        var recent = RecentTimes()
        var times: [Timestamp] = []
        for index in 0..<Int64(RecentTimes.most) {
            times.append(Timestamp(microseconds: 1_772_413_200_000_000 + index * 4_000_000_333))
            recent.append(times[times.count - 1])
        }
        for (kept, real) in zip(recent.all, times) { #expect(kept.microseconds(since: real).magnitude <= 500) }
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>) func aStandKeepsItsTimeAndItsMarks(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let time = Timestamp(
                microseconds: .random(in: -4_000_000_000_000_000...4_000_000_000_000_000, using: &random))
            let isAway = Bool.random(using: &random)
            var (out, stand) = (SnapshotWriter(), Stand.vacant)
            out.double(39.9)
            out.double(116.4)
            out.integer(time.microseconds)
            out.byte(isAway ? 1 : 0)
            var input = SnapshotReader(out.bytes)
            try stand.code(&input)
            #expect(stand.since == time && stand.isAway == isAway && !stand.isJudged && !stand.isVacant)
            stand.isJudged = true
            #expect(stand.since == time && stand.isAway == isAway && stand.isJudged)
        }
    }
}
