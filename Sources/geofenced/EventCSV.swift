import Positioning
import Store

/// Events as comma-separated values (RFC 4180), for spreadsheets.
enum EventCSV {
    static let head =
        "seq,type,device,fence,time,uncertainty_s,detected,received,lat,lon,accuracy_m,confidence,rule,state,id"

    static func line(_ event: StoredEvent) -> String {
        [
            "\(event.seq)", event.type, field(event.device), field(event.fence ?? ""), "\(event.time)",
            number(event.uncertainty_s, 1), "\(event.detected)", event.received.map { "\($0)" } ?? "",
            number(event.coordinate?.latitude, 7), number(event.coordinate?.longitude, 7), number(event.accuracy_m, 1),
            number(event.confidence, 4), event.rule ?? "", event.state ?? "", field(event.anomaly ?? ""),
        ].joined(separator: ",")
    }

    private static func number(_ value: Double?, _ decimals: Int) -> String {
        guard let value else { return "" }
        var bytes: [UInt8] = []
        bytes.appendDecimal(value, decimals: decimals)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func field(_ text: String) -> String {
        // Byte by byte: a comma or a quote with a combining mark behind it is one to who reads the file.
        guard text.utf8.contains(where: { Array(",\"\r\n".utf8).contains($0) }) else { return text }
        var bytes = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
    }
}
