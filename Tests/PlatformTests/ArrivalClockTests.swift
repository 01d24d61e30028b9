import Platform
import Positioning
import Synchronization
import TestSupport
import Testing

@Suite struct ArrivalClockTests {
    /// One character a minute: what the wall clock did before it (`+` an hour forward, `-` an hour back, `.`
    /// nothing), and under it the hours by which the stamps are ahead of true time.
    @Test(
        arguments: [
            ("...........", "00000000000"),
            // Wrongly back, and right again: nothing was ever stamped an hour early.
            ("..-.....+..", "00000000000"),
            // Wrongly forward: followed. Right again: not believed, for it can't be known which of them was right.
            ("..+...-....", "00111111111"),
            ("..++..--...", "00122222222"),
            ("..-.-..++..", "00000000000"),
            // A forward step is followed from where the clock is, not from where the stamps are.
            ("..--+......", "00000000000"),
        ])
    func doesAsDrawn(steps: String, ahead: String) {
        let wall = Mutex<(offset_s: Int64, minute: Int64)>((0, 0))
        let clock = ArrivalClock(
            wall: {
                wall.withLock { Timestamp(microseconds: ($0.minute * 60 + $0.offset_s + 1_700_000_000) * 1_000_000) }
            },
            monotonic: { wall.withLock { MonotonicTime(nanoseconds: $0.minute * 60_000_000_000 + 5) } })
        var result = ""
        for step in steps {
            let minute = wall.withLock { state in
                state.minute += 1
                state.offset_s += step == "+" ? 3600 : step == "-" ? -3600 : 0
                return state.minute
            }
            let off = clock.now.microseconds / 1_000_000 - 1_700_000_000 - minute * 60
            result += off % 3600 == 0 ? "\(off / 3600)" : "?"
        }
        #expect(result == ahead, "\(steps)")
    }

    @Test func aSmallStepBackIsFollowedAndALargeOneIsToldOnce() {
        let wall = Mutex<Int64>(1_000_000_000)
        let told = Mutex<[ArrivalClock.Change]>([])
        let clock = ArrivalClock(
            wall: { Timestamp(microseconds: wall.withLock { $0 }) }, monotonic: { MonotonicTime(nanoseconds: 0) },
            tell: { change in told.withLock { $0.append(change) } })
        func set(_ microseconds: Int64) -> Int64 {
            wall.withLock { $0 = microseconds }
            return clock.now.microseconds
        }
        #expect(set(1_000_000_000) == 1_000_000_000)
        #expect(set(945_000_000) == 945_000_000)
        #expect(told.withLock { $0 }.isEmpty)
        for _ in 0..<3 { #expect(set(900_000_000) == 1_000_000_000) }
        #expect(set(960_000_000) == 960_000_000)
        #expect(told.withLock { $0 } == [.held(.seconds(100)), .followed])
    }

    /// However it jumps: no stamp is ever behind the wall clock, nor more than a minute behind the one before.
    @Test(arguments: 0..<10 as Range<UInt64>) func neverFallsBack(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let state = Mutex<(wall: Int64, elapsed: Int64)>((1_700_000_000_000_000, 0))
        let clock = ArrivalClock(
            wall: { Timestamp(microseconds: state.withLock { $0.wall }) },
            monotonic: { MonotonicTime(nanoseconds: state.withLock { $0.elapsed } * 1000) })
        var last = clock.now.microseconds
        for _ in 0..<500 {
            let passed = Int64.random(in: 0...5_000_000, using: &random)
            let step = Int.random(in: 0..<5, using: &random) == 0 ? Int64.random(in: -7_200...7_200, using: &random) : 0
            let wall = state.withLock { state in
                state.elapsed += passed
                state.wall += passed + step * 1_000_000
                return state.wall
            }
            let now = clock.now.microseconds
            #expect(now >= wall && now >= last - 60_000_000, "seed \(seed)")
            last = now
        }
    }
}
