import Foundation
import Positioning

/// RMC sentences.
enum NMEA {
    /// - Parameters:
    ///   - device: `nil`: it is not named.
    ///   - place: `nil`: the receiver has none.
    static func rmc(_ place: Coordinate?, at time: Timestamp, device: String? = nil) -> [UInt8] {
        let text = "\(time)"
        let clock = text.dropFirst(11).prefix(8).filter { $0 != ":" }
        let date = "\(text.dropFirst(8).prefix(2))\(text.dropFirst(5).prefix(2))\(text.dropFirst(2).prefix(2))"
        func angle(_ degrees: Double, _ width: Int) -> String {
            let whole = Int(degrees)
            let minutes = String(format: "%07.4f", (degrees - Double(whole)) * 60)
            return String(format: "%0\(width)d", whole) + minutes
        }
        let fix = place.map { "A,\(angle($0.latitude, 2)),N,\(angle($0.longitude, 3)),E,0.0,0.0" } ?? "V,,,,,,"
        let tag = device.map { "\\\(checked("s:\($0)"))\\" } ?? ""
        return Array("\(tag)$\(checked("GPRMC,\(clock),\(fix),\(date),,,\(place == nil ? "N" : "A")"))\r\n".utf8)
    }

    private static func checked(_ body: String) -> String {
        String(format: "\(body)*%02X", body.utf8.reduce(0, ^))
    }
}
