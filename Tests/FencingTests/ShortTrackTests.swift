import Fencing
import Testing

/// Every short track, against rules so naive that they are plainly right.
@Suite struct ShortTrackTests {
    /// Far in and far out, every ten seconds: inside twice running is an enter (10 s), outside four times an exit (30 s).
    @Test func everyTrackOfElevenPlainFixesIsWhatItsRunsSay() {
        for number in 0..<(1 << 11) {
            let track = String((0..<11).map { number >> $0 & 1 == 1 ? "I" : "O" })
            let kinds = DrawnTrack(track).decisions.compactMap { $0.split(separator: "@").first }.filter {
                !$0.hasPrefix("passed")
            }
            #expect(kinds.map(String.init) == Self.runsSay(track), "\(track)")
        }
    }

    private static func runsSay(_ track: String) -> [String] {
        var kinds: [String] = []
        var run = (letter: Character("?"), length: 0)
        for letter in track {
            run = run.letter == letter ? (letter, run.length + 1) : (letter, 1)
            let isInside = kinds.last == "enter"
            if letter == "I", run.length == 2, !isInside { kinds.append("enter") }
            if letter == "O", run.length == 4, isInside { kinds.append("exit") }
        }
        return kinds
    }

    /// Enter and exit alternate, nothing is known before it happened, and what was told last agrees with the state.
    @Test func everyTrackOfSevenDoubtfulFixesAlternates() {
        let letters = Array("Oo.iI ")
        var tracks = [""]
        for _ in 0..<6 { tracks = tracks.flatMap { track in letters.map { track + String($0) } } }
        for track in tracks {
            let drawn = DrawnTrack(track)
            var isInside = false
            for decision in drawn.decisions where !decision.hasPrefix("passed") {
                if !decision.hasPrefix(isInside ? "exit" : "enter") { Issue.record("\(track): \(drawn.decisions)") }
                isInside.toggle()
            }
            if drawn.membership.isInside != isInside { Issue.record("\(track): \(drawn.decisions)") }
        }
    }

    /// Wherever a single stray falls among fixes whose side is settled, and however rare they are, it changes nothing.
    @Test(arguments: [1.0, 5, 10, 30, 60])
    func oneStrayChangesNothing(step_s: Double) {
        let settled = max(Int(120 / step_s), 4)
        for letter in "IOio" {
            let plain = String(repeating: letter, count: settled + 8)
            let expected = DrawnTrack(plain, step_s: step_s).decisions
            for place in plain.indices.dropFirst(settled) {
                var track = plain
                track.replaceSubrange(place...place, with: letter == "I" || letter == "i" ? "O" : "I")
                let decisions = DrawnTrack(track, step_s: step_s).decisions.filter { !$0.hasPrefix("passed") }
                #expect(decisions == expected, "\(track) every \(step_s) s")
            }
        }
    }
}
