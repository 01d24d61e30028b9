import Engine
import Positioning

extension Shard {
    /// Steps through reports of one device.
    /// - Returns: the events as lines.
    func lines(_ reports: [Report], device: String = "van-1", from seq: Int64 = 1) -> [String] {
        var events: [Event] = []
        for report in reports { _ = step(device: device, report: report, received: nil, events: &events) }
        return events.enumerated().map { index, event in
            var bytes: [UInt8] = []
            event.appendJSON(seq: seq + Int64(index), to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
