import Ingest
import Positioning
import Protocols

/// The least protocol there is: `DEVICE SECONDS LAT LON` on a line, `-` for a device that does not say who it is.
/// A line that begins with `~` is an epoch that is open until the next line, a pause or the end.
struct LineDecoder: FixDecoder {
    static let longestLine = 100

    private var line: [UInt8] = []
    private var held: Report?
    private(set) var counters = DecoderCounters()

    var isPending: Bool { held != nil }

    mutating func decode(_ bytes: Span<UInt8>, into reports: inout [Report]) {
        counters.bytes += bytes.count
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                endLine(into: &reports)
            } else if line.count < Self.longestLine {
                line.append(byte)
            } else {
                counters.brokenFrames += 1
                line = []
            }
        }
    }

    /// A line may go on in the next packet.
    mutating func endPacket(into reports: inout [Report]) {}

    mutating func pause(into reports: inout [Report]) {
        if let held {
            counters.reports += 1
            reports.append(held)
        }
        held = nil
    }

    mutating func finish(into reports: inout [Report]) {
        if !line.isEmpty { endLine(into: &reports) }
        pause(into: &reports)
    }

    private mutating func endLine(into reports: inout [Report]) {
        defer { line = [] }
        pause(into: &reports)
        let isOpen = line.first == UInt8(ascii: "~")
        let words = String(decoding: isOpen ? line[1...] : line[...], as: UTF8.self).split(separator: " ")
        guard words.count == 4, let seconds = Int64(words[1]), let lat = Double(words[2]), let lon = Double(words[3])
        else {
            counters.brokenFrames += 1
            return
        }
        counters.frames += 1
        held = Report(
            device: words[0] == "-" ? nil : String(words[0]), time: Timestamp(microseconds: seconds * 1_000_000),
            coordinate: Coordinate(latitude: lat, longitude: lon))
        if !isOpen { pause(into: &reports) }
    }
}

extension Arrival {
    /// Its time in seconds: the tests' number for it.
    var second: Int64 { (report.time?.microseconds ?? -1_000_000) / 1_000_000 }
}
