import Positioning
import Testing

@testable import Protocols

/// A time that comes again: a repetition, or a clock that was set.
@Suite("Clocks that are set back")
struct SetBackTests {
    /// Twenty seconds, then twenty more from `back` seconds before the end of the first.
    private func stream(back: Int, _ epoch: (_ time: String, _ index: Int) -> String) -> String {
        (0..<40).map { epoch(clock(($0 < 20 ? $0 : $0 - back) * 1000, 0), $0) }.joined()
    }

    @Test("A receiver that moves gives every second again", arguments: [2, 3, 5, 13, 19, 1800, 3600])
    func moving(back: Int) {
        let place = { (index: Int) in "59\(10 + index).2500,N,02444.7500,E" }
        #expect(fixes(stream(back: back) { rmc($0, position: place($1)) }).count == 40)
        #expect(fixes(stream(back: back) { rmc($0, position: place($1)) + gga($0, position: place($1)) }).count == 40)
        #expect(fixes(stream(back: back) { gga($0, position: place($1)) }).count == 40)
    }

    @Test("A receiver that stands does too, where anything else in its sentences changes", arguments: [3, 13])
    func standing(back: Int) {
        let found = fixes(stream(back: back) { rmc($0, knots: "0.\(10 + $1)") + gga($0, altitude: "\(30 + $1).5") })
        #expect(found.count == 40)
    }

    @Test("The same sentences again are a repetition, however many they are", arguments: [2, 5, 13])
    func repeated(back: Int) {
        let burst = { (second: Int) in
            rmc(clock(second * 1000, 0), position: "59\(10 + second).2500,N,02444.75,E")
                + gga(clock(second * 1000, 0), position: "59\(10 + second).25001,N,02444.75000,E")
        }
        let text = ((0..<20).map(burst) + (20 - back..<20).map(burst) + (20..<30).map(burst)).joined()
        #expect(times(fixes(text)).count == 30)
    }

    @Test("Of a repetition, sentences may be missing that came the first time, or the other way round")
    func repeatedInPart() {
        var random = Seeded(23)
        for round in 0..<200 {
            var text = ""
            for block in 0..<4 {
                for _ in 0..<2 {
                    for second in block * 5..<block * 5 + 5 {
                        let position = "59\(10 + second).2500"
                        let sentences = [
                            rmc(clock(second * 1000, 0), position: "\(position),N,02444.7500,E"),
                            gga(clock(second * 1000, 0), position: "\(position)3,N,02444.75002,E"),
                        ]
                        let left = Int.random(in: 0..<6, using: &random)
                        text += left < 2 ? sentences[left] : sentences.joined()
                    }
                }
            }
            #expect(times(fixes(text)) == (0..<20).map { "12:00:\($0 < 10 ? "0" : "")\($0).0" }, "round \(round)")
        }
    }

    @Test("Sentences of several talkers that change places are no clock that was set back")
    func swapsOfTalkers() {
        var random = Seeded(29)
        for round in 0..<300 {
            var sentences = (0..<12).flatMap { second in
                let time = clock(second * 1000, 0)
                return [
                    gga(time), gga(time, satellites: "0\(second % 7)", talker: "GL"), gsa(3), rmc(time, talker: "GN"),
                ]
            }
            var place = 0
            while place < sentences.count - 1 {
                if Int.random(in: 0..<4, using: &random) == 0 {
                    sentences.swapAt(place, place + 1)
                    place += 1
                }
                if !sentences[place].contains("RMC"), Int.random(in: 0..<10, using: &random) == 0 {
                    sentences[place] = ""
                }
                place += 1
            }
            let found = times(fixes(sentences.joined()))
            #expect(Set(found).count == found.count, "round \(round)")
            #expect(found.count == 12, "round \(round)")
        }
    }

    @Test("A recording that begins again at the same second of another day gives all of both days")
    func anotherDay() {
        let day = { (day: Int) in
            (0..<6).map { rmc(clock($0 * 1000, 0), date: "0\(day)0326") + gga(clock($0 * 1000, 0)) }.joined()
        }
        let found = fixes(day(2) + day(3) + day(1))
        #expect(
            found.compactMap(\.time).map { CivilDate($0).day } == [2, 3, 1].flatMap { [Int](repeating: $0, count: 6) })
    }
}
