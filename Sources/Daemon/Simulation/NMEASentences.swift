internal import Positioning

/// Writes sentences as a receiver does.
enum NMEASentences {
    /// - Returns: two lines, each with a TAG block naming the device.
    static func rmcAndGGA(
        device: String, time: Timestamp, coordinate: Coordinate, speed_mps: Double, course_deg: Double,
        altitude_m: Double, hdop: Double, satellites: Int
    ) -> [UInt8] {
        let (date, clock) = dateAndClock(time)
        let place =
            angle(coordinate.latitude, width: 2) + (coordinate.latitude < 0 ? ",S," : ",N,")
            + angle(coordinate.longitude, width: 3) + (coordinate.longitude < 0 ? ",W" : ",E")
        let knots = decimal(speed_mps * 3600 / 1852, 2)
        return sentence("GNRMC,\(clock),A,\(place),\(knots),\(decimal(course_deg, 1)),\(date),,,A", device)
            + sentence(
                "GNGGA,\(clock),\(place),1,\(satellites),\(decimal(hdop, 1)),\(decimal(altitude_m, 1)),M,0.0,M,,",
                device)
    }

    /// The same of a receiver that has no fix.
    static func voidRMCAndGGA(device: String, time: Timestamp, satellites: Int) -> [UInt8] {
        let (date, clock) = dateAndClock(time)
        return sentence("GNRMC,\(clock),V,,,,,,,\(date),,,N", device)
            + sentence("GNGGA,\(clock),,,,,0,\(satellites),,,M,,M,,", device)
    }

    private static func dateAndClock(_ time: Timestamp) -> (date: String, clock: String) {
        let text = time.description
        // 2026-03-02T00:58:41.0Z: the parts stand at fixed places.
        let digits = Array(text.utf8.filter { (48...57).contains($0) })
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        return (part(6..<8) + part(4..<6) + part(2..<4), part(8..<14) + "." + part(14..<min(digits.count, 17)))
    }

    private static func sentence(_ body: String, _ device: String) -> [UInt8] {
        let tag = "s:\(device)"
        return Array("\\\(tag)*\(checksum(tag))\\$\(body)*\(checksum(body))\r\n".utf8)
    }

    private static func checksum(_ body: String) -> String {
        let sum = body.utf8.reduce(UInt8(0), ^)
        let hex = String(sum, radix: 16, uppercase: true)
        return hex.count < 2 ? "0" + hex : hex
    }

    /// Degrees and minutes, as `3954.522000`.
    private static func angle(_ degrees: Double, width: Int) -> String {
        let micros = Int((degrees.magnitude * 60 * 1_000_000).rounded())
        let whole = micros / 60_000_000
        let minutes = micros % 60_000_000
        return padded(whole, width) + padded(minutes / 1_000_000, 2) + "." + padded(minutes % 1_000_000, 6)
    }

    private static func decimal(_ value: Double, _ places: Int) -> String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(value, decimals: places)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
