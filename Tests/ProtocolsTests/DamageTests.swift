import Positioning
import Protocols
import Testing

/// Streams damaged at random: whatever comes, no trap, no fix that no sentence supports, the same in any pieces.
@Suite("Damage")
struct DamageTests {
    @Test("Bytes at random", arguments: 0..<20 as Range<UInt64>)
    func garbage(seed: UInt64) {
        var random = Seeded(seed)
        let alphabet = Array("$!*\\,.\r\n\0GPRMCAGLNSVTZD0123456789ABCDEFabcdefsg: -\u{1}".utf8)
        let bytes = (0..<20_000).map { _ in
            seed % 2 == 0 ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
        }
        for requires in [true, false] {
            let whole = reports(bytes, requiresChecksum: requires)
            let pieces = reports(bytes, piece: Int.random(in: 1...100, using: &random), requiresChecksum: requires)
            #expect(whole == pieces, "seed \(seed)")
        }
    }

    @Test("A stream damaged in each way", arguments: 0..<40 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var random = Seeded(seed)
        let healthy = drawnStream(&random)
        let truth = Set(reports(healthy).compactMap(\.supportedBy))
        var bytes = healthy
        for _ in 0..<Int.random(in: 1...60, using: &random) { damage(&bytes, &random) }
        let found = reports(bytes)
        let pieces = reports(bytes, piece: 1)
        #expect(found == pieces, "seed \(seed)")
        var times: Set<Timestamp> = []
        for fix in found where fix.rejection == nil {
            #expect(fix.supportedBy.map(truth.contains) == true, "seed \(seed): \(fix)")
            if let time = fix.time { #expect(times.insert(time).inserted, "seed \(seed): twice at \(time)") }
            #expect(fix.device == nil, "seed \(seed): \(fix)")
        }
        for void in found where void.rejection != nil { #expect(void.rejection == .void && void.coordinate == nil) }
    }

    @Test("Fields at random in sentences that are whole never trap", arguments: 0..<20 as Range<UInt64>)
    func fields(seed: UInt64) {
        var random = Seeded(seed)
        let values = [
            "", "0", "-", ".", "A", "V", "N", "S", "E", "W", "M", "T", "1", "2", "3", "9", "120000", "120001.5",
            "235960", "020326",
            "4534.5", "18000.0000", "99999999999999999999", "0.00000000000000000001", "-1", "AN", "\u{7f}", " ",
            "000000", "2026",
        ]
        var text = ""
        for _ in 0..<2000 {
            let name = ["RMC", "GGA", "GLL", "GNS", "VTG", "ZDA", "GSA", "GST"].randomElement(using: &random) ?? ""
            let count = Int.random(in: 0...30, using: &random)
            let all = (0..<count).map { _ in values.randomElement(using: &random) ?? "" }
            text += nmea("GP\(name)," + all.joined(separator: ","))
        }
        let whole = reports(text)
        let pieces = reports(Array(text.utf8), piece: 1)
        #expect(whole == pieces, "seed \(seed)")
        for report in whole where report.rejection == nil {
            #expect(report.coordinate?.isOnEarth == true, "seed \(seed)")
            #expect(report.measurements.accuracy_m.map { $0 > 0 } ?? true, "seed \(seed)")
            #expect(report.measurements.course_deg.map { (0..<360).contains($0) } ?? true, "seed \(seed)")
            #expect(report.measurements.speed_mps.map { $0 >= 0 } ?? true, "seed \(seed)")
        }
    }

    /// A minute of a moving receiver with every sentence that is read.
    private func drawnStream(_ random: inout Seeded) -> [UInt8] {
        var text = ""
        for second in 0..<60 {
            let time = clock(second * 1000, 2)
            let place = "5926.\(1000 + second * 37),N,02444.\(2000 + second * 53),E"
            text +=
                rmc(time, position: place) + gga(time, position: place) + gsa(3)
                + nmea("GPVTG,45.0,T,,M,7.5,N,13.9,K,A")
            text += gll(time, position: place) + nmea("GPZDA,\(time),02,03,2026,00,00")
            if Bool.random(using: &random) {
                text += nmea("GPGSV,1,1,01,28,28,095,33") + "!AIVDM,1,1,,A,15Muq,0*5C\r\n"
            }
        }
        return Array(text.utf8)
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout Seeded) {
        guard bytes.count > 1000 else { return }
        let place = Int.random(in: 0..<bytes.count - 500, using: &random)
        let length = Int.random(in: 1...80, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 1: bytes.removeSubrange(place..<place + length)
        case 2: bytes.insert(contentsOf: [UInt8](repeating: 0, count: length), at: place)
        case 3: bytes.insert(contentsOf: bytes[place..<place + 3 * length], at: place + 3 * length)
        case 4: bytes.removeAll { $0 == (place % 2 == 0 ? 0x0A : 0x0D) }
        default:
            let noise = (0..<length).map { _ in UInt8.random(in: 128...255, using: &random) }
            bytes.insert(contentsOf: noise, at: place)
        }
    }
}

extension Report {
    /// Time and place, the two that must never be made up.
    fileprivate var supportedBy: String? {
        guard rejection == nil, let time, let coordinate else { return nil }
        return "\(time) \(coordinate)"
    }
}
