import Engine
import GRDB
import Positioning

@testable import Store

/// Rows made up for a test.
enum Made {
    static func fix(_ second: Double, _ latitude: Double = 39.9, _ longitude: Double = 116.4) -> Fix {
        var measurements = Measurements()
        measurements.hdop = 0.9
        measurements.satellites = 9
        measurements.solution = .rtkFixed
        return Fix(
            time: Timestamp(microseconds: Int64(second * 1e6)),
            coordinate: Coordinate(latitude: latitude, longitude: longitude), measurements: measurements)
    }

    static func event(_ second: Double, device: String = "van-1", fence: String = "hq", kind: Event.Kind = .enter)
        -> Event
    {
        Event(
            kind: kind, device: device, fence: fence, time: Timestamp(microseconds: Int64(second * 1e6)),
            uncertainty_s: 1.5,
            detected: Timestamp(microseconds: Int64(second * 1e6) + 10_000_000), received: nil,
            coordinate: Coordinate(latitude: 39.9, longitude: 116.4), accuracy_m: 4.5, confidence: 0.998)
    }

    /// The fixes that are in no chunk, in the order of arrival.
    static func arrived(in store: String) throws -> [ArrivedFix] {
        var fixes: [ArrivedFix] = []
        try DatabaseQueue(path: store).read { db in
            try PageTable.forEach(db) { page in
                fixes += try page.fixes()
                return true
            }
        }
        return fixes
    }

    /// A batch with a fix and an event for each second.
    static func batch(_ seconds: Range<Int>, device: String = "van-1") -> JournalBatch {
        var batch = JournalBatch()
        for second in seconds {
            batch.fixes.append(JournalBatch.Entry(device: device, fix: fix(Double(second)), received: nil))
            batch.events.append(event(Double(second), device: device))
        }
        return batch
    }
}

extension Journal {
    /// As a recovery does that goes on with nothing.
    func forgetSilentDevices(since cut: Timestamp) throws {
        try recover(forgetting: cut, device: { _ in }, fix: { _, _, _, _ in })
    }
}
