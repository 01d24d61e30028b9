import ArgumentParser
import Glibc
import Platform

/// Prints what receivers of many devices send over one line: input for `measure decode` and the command's own.
struct Recording: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints NMEA 0183: RMC and GGA of devices that move about a city, each with a TAG block of its own.")

    @Option(help: "Devices, which report by turns, each once a second.")
    var devices = 100

    @Option(help: "Epochs of all devices together.")
    var fixes = 400_000

    func run() throws {
        var text: [UInt8] = []
        for fix in 0..<fixes {
            let (second, device) = fix.quotientAndRemainder(dividingBy: devices)
            Self.append(Moving(device: device, second: second), to: &text)
            guard text.count > 1 << 20 || fix == fixes - 1 else { continue }
            try checked("write", "cannot write to standard output") {
                unsafe write(STDOUT_FILENO, text, text.count) == text.count ? 0 : -1
            }
            text.removeAll(keepingCapacity: true)
        }
    }

    private static func append(_ place: Moving, to text: inout [UInt8]) {
        let (hour, minute, second) = (place.second / 3600 % 24, place.second / 60 % 60, place.second % 60)
        let time = digits(hour, 2) + digits(minute, 2) + digits(second, 2) + ".00"
        let position = "\(degrees(place.latitude, 2)),N,\(degrees(place.longitude, 3)),E"
        let motion = "\(place.tenthsOfKnot / 10).\(place.tenthsOfKnot % 10),\(place.course_deg).5"
        let date = digits(2 + place.second / 86_400, 2) + "0326"
        let height = "\(40 + place.device % 60).\(place.second % 10)"
        let name = "s:van-" + digits(place.device, 5)
        append("\\", name, to: &text, end: "\\")
        append("$", "GPRMC,\(time),A,\(position),\(motion),\(date),,,A", to: &text, end: "\r\n")
        append("\\", name, to: &text, end: "\\")
        append(
            "$",
            "GPGGA,\(time),\(position),1,\(digits(6 + place.second % 7, 2)),1.\(place.device % 8),\(height),M,-8.0,M,,",
            to: &text, end: "\r\n")
    }

    /// `start`, then the text with its checksum, then `end`.
    private static func append(_ start: String, _ checked: String, to text: inout [UInt8], end: String) {
        let sum = checked.utf8.reduce(UInt8(0), ^)
        let hex = String(sum, radix: 16, uppercase: true)
        text.append(contentsOf: "\(start)\(checked)*\(sum < 16 ? "0" : "")\(hex)\(end)".utf8)
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let all = String(value)
        return String(repeating: "0", count: max(0, count - all.utf8.count)) + all
    }

    /// `dddmm.mmmm`
    private static func degrees(_ value: Double, _ count: Int) -> String {
        let units = Int((value * 600_000).rounded())
        return digits(units / 600_000, count) + digits(units / 10_000 % 60, 2) + "." + digits(units % 10_000, 4)
    }
}

/// A device that goes round a circle of its own, at 4 to 16 m/s, somewhere in a city of 40 by 40 km.
private struct Moving {
    let device: Int
    let second: Int
    let latitude: Double
    let longitude: Double
    let course_deg: Int
    let tenthsOfKnot: Int

    init(device: Int, second: Int) {
        self.device = device
        self.second = second
        let speed_mps = 4 + Double(device % 13)
        let radius_m = 400 + Double(device * 37 % 2_000)
        let angle = Double(device) + speed_mps * Double(second) / radius_m
        let (metresPerLatitude, metresPerLongitude) = (111_000.0, 85_000.0)
        latitude = 39.72 + Double(device * 7_919 % 3_600) / 10_000 + radius_m * sin(angle) / metresPerLatitude
        longitude = 116.17 + Double(device * 6_007 % 4_700) / 10_000 + radius_m * cos(angle) / metresPerLongitude
        course_deg = (360 - Int(angle * 180 / .pi) % 360) % 360
        tenthsOfKnot = Int(speed_mps * 36 / 1.852)
    }
}
