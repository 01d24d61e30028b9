import GRDB
internal import Positioning

extension StoreMoment {
    /// Whether the columns of each event say what its line says. Keys that this version does not know are let be.
    public func checkLines() -> Findings {
        Findings.of("lines") { findings in
            let columns = Self.keys.map { "CASE WHEN json_valid(json) THEN json ->> '$.\($0)' END AS j_\($0)" }
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT *, json_valid(json) AS valid, \(columns.joined(separator: ", ")) FROM event ORDER BY seq")
            while let row = try rows.next() {
                let seq: Int64 = try row.value("seq")
                guard try row.value("valid") else {
                    findings.add("the line of event \(seq) is no JSON")
                    continue
                }
                do {
                    let wrong = try Self.differences(row)
                    if !wrong.isEmpty {
                        findings.add("the line of event \(seq) and its row differ in \(wrong.joined(separator: ", "))")
                    }
                } catch {
                    findings.add("event \(seq) and its line cannot be compared: \(error)")
                }
            }
        }
    }

    private static let keys: [String] = [integers, texts.map(\.key), times, numbers.map(\.key), flags].flatMap { $0 }
    private static let integers = ["seq", "retracts"]
    private static let texts = [
        ("type", "type"), ("device", "device"), ("fence", "fence"), ("rule", "rule"), ("state", "state"),
        ("id", "anomaly"),
    ]
    .map { (key: $0.0, column: $0.1) }
    private static let times = ["time", "detected", "received"]
    /// With the decimals that the line has.
    private static let numbers: [(key: String, decimals: Int)] = [
        ("uncertainty_s", 1), ("lat", 7), ("lon", 7), ("accuracy_m", 1), ("confidence", 4),
    ]
    private static let flags = ["initial", "late"]

    private static func differences(_ row: Row) throws(DatabaseError) -> [String] {
        var wrong: [String] = []
        for key in integers where try (row.value(key) as Int64?) != row.value("j_\(key)") { wrong.append(key) }
        for (key, column) in texts where try !isSame(row.value(column), row.value("j_\(key)")) { wrong.append(key) }
        for key in times {
            let time = (try row.value("\(key)_us") as Int64?).map { Timestamp(microseconds: $0).description }
            if try time != row.value("j_\(key)") { wrong.append(key) }
        }
        for (key, decimals) in numbers where try !isSame(row.value(key), row.value("j_\(key)"), decimals) {
            wrong.append(key)
        }
        for key in flags where try (row.value(key) as Bool?) != (row.value("j_\(key)") ?? false) { wrong.append(key) }
        return wrong
    }

    /// SQLite's JSON ends a text at a NUL.
    private static func isSame(_ column: String?, _ line: String?) -> Bool {
        guard let column, let line else { return column == nil && line == nil }
        return column.unicodeScalars.prefix { $0.value != 0 }.elementsEqual(line.unicodeScalars)
    }

    /// A line's number is rounded, and `null` where it is beyond what a line can say.
    private static func isSame(_ column: Double?, _ line: Double?, _ decimals: Int) -> Bool {
        guard let column, let line else { return line == nil && (column.map { $0.magnitude >= 1e12 } ?? true) }
        var unit = 1.0
        for _ in 0..<decimals { unit /= 10 }
        return (column - line).magnitude <= unit * 0.500_001
    }
}
