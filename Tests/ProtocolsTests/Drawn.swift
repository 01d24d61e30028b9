import Positioning
import Protocols

/// A sentence with its checksum and line end.
func nmea(_ text: String, end: String = "\r\n") -> String {
    "$\(text)*\(checksum(text))\(end)"
}

/// A TAG block with its checksum.
func tag(_ text: String) -> String { "\\\(text)*\(checksum(text))\\" }

func checksum(_ text: String) -> String {
    let sum = text.utf8.reduce(UInt8(0), ^)
    let digits = Array("0123456789ABCDEF")
    return "\(digits[Int(sum >> 4)])\(digits[Int(sum & 15)])"
}

/// One second of a receiver that stands at 59° 26.25′ N, 24° 44.75′ E: how the drawn cases say what they don't care about.
func rmc(
    _ time: String, _ status: String = "A", position: String = "5926.2500,N,02444.7500,E", knots: String = "7.5",
    course: String = "45.0", date: String = "020326", mode: String = "A", talker: String = "GP"
) -> String {
    nmea("\(talker)RMC,\(time),\(status),\(position),\(knots),\(course),\(date),,,\(mode)")
}

func gga(
    _ time: String, _ quality: String = "1", position: String = "5926.2500,N,02444.7500,E", satellites: String = "08",
    hdop: String = "1.2", altitude: String = "31.5", talker: String = "GP"
) -> String {
    nmea("\(talker)GGA,\(time),\(position),\(quality),\(satellites),\(hdop),\(altitude),M,18.0,M,,")
}

func gll(
    _ time: String, _ status: String = "A", position: String = "5926.2500,N,02444.7500,E", talker: String = "GP"
) -> String {
    nmea("\(talker)GLL,\(position),\(time),\(status),A")
}

func gsa(_ mode: Int, hdop: String = "1.3", talker: String = "GP") -> String {
    nmea("\(talker)GSA,A,\(mode),04,05,,09,12,,,24,,,,,2.5,\(hdop),2.1")
}

/// All that a stream comes to, fed in pieces of the given size.
func reports(
    _ bytes: [UInt8], piece: Int = .max, requiresChecksum: Bool = true
) -> [Report] {
    var decoder = NMEADecoder(requiresChecksum: requiresChecksum)
    var all: [Report] = []
    var start = 0
    while start < bytes.count {
        let end = bytes.count - start > piece ? start + piece : bytes.count
        decoder.decode(bytes.span.extracting(start..<end), into: &all)
        start = end
    }
    decoder.finish(into: &all)
    return all
}

func reports(_ text: String, requiresChecksum: Bool = true) -> [Report] {
    reports(Array(text.utf8), requiresChecksum: requiresChecksum)
}

/// Those that a decoder has nothing against.
func fixes(_ text: String, requiresChecksum: Bool = true) -> [Report] {
    reports(text, requiresChecksum: requiresChecksum).filter { $0.rejection == nil }
}

/// The times of day of the fixes, as "12:00:00.0", or "-" where there is no date.
func times(_ reports: [Report]) -> [String] {
    reports.map { report in
        report.time.map { String($0.description.dropFirst(11).dropLast()) } ?? "-"
    }
}

extension NMEADecoder {
    mutating func decode(_ text: String, into all: inout [Report]) {
        let bytes = Array(text.utf8)
        decode(bytes.span, into: &all)
    }

    /// What these bytes alone complete.
    mutating func decoding(_ text: String) -> [Report] {
        var all: [Report] = []
        decode(text, into: &all)
        return all
    }
}

/// SplitMix64 (S. Vigna, public domain): a seed that fails is printed and fails again.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
