import Platform
import Testing

@testable import Ingest

@Suite struct LossReportTests {
    /// One character ten seconds: so many were lost (`.` none), and under it what was told (`.` nothing).
    @Test(arguments: [
        ("..3......", "..3......"),
        ("12345671..", "1.....w..."),
        ("1.....2.....3", "1.....2.....3"),
        ("1....2......", "1..........."),
    ])
    func doesAsDrawn(lost: String, told: String) {
        var report = LossReport()
        var now = MonotonicTime(nanoseconds: 0)
        var result = ""
        for character in lost {
            let count = report.add(character.wholeNumberValue ?? 0, at: now)
            result += count.map { $0 > 9 ? "w" : "\($0)" } ?? "."
            now = now + .seconds(10)
        }
        #expect(result == told)
    }
}
