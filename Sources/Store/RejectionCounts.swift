internal import Engine
import GRDB
internal import Positioning

/// Counts rejected reports in `rejected`: a row for each device and reason, and not without bound.
///
/// A device that has a fix has rows of its own. Of those that have none, made up or real, only so many as ``limit`` says:
/// the reports of further ones are counted under ``otherDevices``.
struct RejectionCounts {
    /// Stands in `rejected.device` for all devices that have no row of their own.
    static let otherDevices = "*"

    private let limit: Int
    /// Devices without a fix that have rows; one that has since got a fix still counts until the next start.
    private var strangers = 0

    /// - Parameter limit: devices without a fix that have rows of their own.
    init(limit: Int) { self.limit = max(limit, 0) }

    /// Takes up what the store has.
    mutating func begin(_ db: Database) throws {
        strangers =
            try Int.fetchOne(
                db, sql: "SELECT count(DISTINCT device) FROM rejected WHERE device NOT IN (SELECT id FROM device)")
            ?? 0
    }

    /// Counts the rejections of one batch. A report that is not newer than the last that was counted, or than what retention
    /// took, is taken for a repetition: the same input given again must leave the store as it is. Of those without a time,
    /// which nothing tells from repetitions, there is one at least. Under ``otherDevices`` that makes the count
    /// a least one, for the reports of many devices are no longer in the order of their times.
    /// - Parameter hasFix: whether the store has a fix of the device.
    mutating func add(
        _ rejections: [JournalBatch.RejectionKey: [Timestamp?]], hasFix: (String) -> Bool, _ db: Database
    ) throws {
        guard !rejections.isEmpty else { return }
        var names: [String: String] = [:]
        var named: [JournalBatch.RejectionKey: [Timestamp?]] = [:]
        for (key, times) in rejections {
            let name = try names[key.device] ?? (hasFix(key.device) ? key.device : name(ofStranger: key.device, db))
            names[key.device] = name
            named[JournalBatch.RejectionKey(device: name, reason: key.reason), default: []] += times
        }
        for (key, times) in named { try Self.add(times, to: key, db) }
    }

    private mutating func name(ofStranger device: String, _ db: Database) throws -> String {
        let hasRow = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM rejected WHERE device = ?)"), arguments: [device])
        if hasRow == true { return device }
        guard strangers < limit else { return Self.otherDevices }
        strangers += 1
        return device
    }

    private static func add(
        _ times: [Timestamp?], to key: JournalBatch.RejectionKey, _ db: Database
    ) throws {
        let counted = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT last_us FROM rejected WHERE device = ? AND reason = ?"),
            arguments: [key.device, key.reason.rawValue])
        let last = max(counted?["last_us"] ?? .min, try Forgotten.time(of: key.device, db) ?? .min)
        let fresh = times.compactMap { $0?.microseconds }.filter { $0 > last }
        let isFirst = counted == nil && times.contains(nil)
        guard !fresh.isEmpty || isFirst else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO rejected VALUES (?,?,?,?,?) ON CONFLICT (device, reason) DO UPDATE SET
                count = count + excluded.count, first_us = ifnull(first_us, excluded.first_us),
                last_us = ifnull(excluded.last_us, last_us)
                """
        ).execute(arguments: [key.device, key.reason.rawValue, max(fresh.count, 1), fresh.min(), fresh.max()])
    }
}
