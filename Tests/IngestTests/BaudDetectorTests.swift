import Platform
import Positioning
import Testing

@testable import Ingest

@Suite struct BaudDetectorTests {
    /// One character half a second: what was heard (`g` 100 bytes of garbage, `G` 5,000, `S` a sentence, `.` nothing),
    /// and under it what the detector did (`>` next rate, `0` begins anew, `!` settles, `?` complains, `.` nothing).
    /// A deadline is looked at before what was heard at that moment, which then counts for the next rate.
    @Test(
        arguments: [
            (BaudSetting.auto, "S.S.S.", "!....."),
            (.auto, "................", "................"),
            // The trial begins with the first byte, and lasts two seconds and a half.
            (.auto, "....g.g.g.S.", ".........>!."),
            (.auto, "ggggggggggggS", ".....>....>.!"),
            (.auto, "GGG..S", ">>>..!"),
            (.auto, "GGGGGGGGGGS", ">>>>>>>>0>!"),
            // It worked, so it is doubted only after ten seconds and a thousand bytes of garbage.
            (.auto, "SggggggggggggggggggggggG", "!....................>.>"),
            (.auto, "SgggggggggggggggggggSggg", "!......................."),
            (.auto, "SG......................g", "!.......................>"),
            (.auto, "S........................", "!........................"),
            (.fixed(.b4800), "GGSGG", "??!.."),
            (.fixed(.b4800), "..S..g", "..!..."),
        ] as [(BaudSetting, String, String)])
    func doesAsDrawn(setting: BaudSetting, heard: String, done: String) {
        var detector = BaudDetector(setting)
        var now = MonotonicTime(nanoseconds: 0)
        var result = ""
        for character in heard {
            var action = detector.passed(at: now)
            switch character {
            case "S": action = detector.heard(bytes: 80, sentences: 1, at: now) ?? action
            case "g": action = detector.heard(bytes: 100, sentences: 0, at: now) ?? action
            case "G": action = detector.heard(bytes: 5000, sentences: 0, at: now) ?? action
            default: break
            }
            switch action {
            case nil: result += "."
            case .set: result += ">"
            case .startOver: result += "0"
            case .settle: result += "!"
            case .complain: result += "?"
            }
            now = now + .milliseconds(500)
        }
        #expect(result == done, "heard \(heard)")
    }

    /// A receiver at any rate, any cycle and any phase is found, within a trial and a cycle for every rate.
    @Test(arguments: BaudRate.allCases, [200, 1000, 5000]) func findsEveryRate(of receiver: BaudRate, cycle_ms: Int) {
        for phase in stride(from: 0, to: cycle_ms, by: max(cycle_ms / 5, 1)) {
            var detector = BaudDetector(.auto)
            var settled: BaudRate?
            var milliseconds = 0
            let longest = 9 * (2500 + cycle_ms) + cycle_ms
            while settled == nil, milliseconds <= longest {
                let now = MonotonicTime(nanoseconds: Int64(milliseconds) * 1_000_000)
                var action = detector.passed(at: now)
                if (milliseconds + phase) % cycle_ms == 0 {
                    let isRight = detector.rate == receiver
                    action = detector.heard(bytes: 400, sentences: isRight ? 4 : 0, at: now) ?? action
                }
                if case .settle(let rate) = action { settled = rate }
                milliseconds += 10
            }
            #expect(settled == receiver, "phase \(phase) ms")
        }
    }

    @Test func triesTheRateThatWorkedFirstAndEachOnce() {
        var detector = BaudDetector(.auto, first: .b57600)
        #expect(detector.rate == .b57600)
        var rates = [detector.rate]
        var action = detector.heard(bytes: 5000, sentences: 0, at: MonotonicTime(nanoseconds: 0))
        while case .set(let rate) = action {
            rates.append(rate)
            action = detector.heard(bytes: 5000, sentences: 0, at: MonotonicTime(nanoseconds: 0))
        }
        #expect(action == .startOver(.b57600))
        #expect(rates.count == BaudRate.allCases.count && Set(rates) == Set(BaudRate.allCases))
    }

    @Test func aRefusedRateIsPassedOver() {
        var detector = BaudDetector(.auto)
        let rates = BaudRate.byLikelihood
        #expect(detector.refused() == .set(rates[1]))
        #expect(detector.rate == rates[1] && detector.phase == .waiting)
        for rate in rates[2...] { #expect(detector.refused() == .set(rate)) }
        #expect(detector.refused() == .startOver(rates[0]))
    }

    @Test func theBackoffDoublesUpToItsBound() {
        var backoff = Backoff(first: .milliseconds(250), longest: .seconds(5))
        let waits = (0..<7).map { _ in backoff.next() }
        #expect(waits == [250, 500, 1000, 2000, 4000, 5000, 5000].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.next() == .milliseconds(250))
    }
}
