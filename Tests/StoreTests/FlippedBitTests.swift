import Engine
import Foundation
import GRDB
import Positioning
import Store
import TestSupport
import Testing

/// A disk gives back one bit of an event's row otherwise than it was written. SQLite cannot tell: it reads another number, text, or
/// none at all.
@Suite struct FlippedBitTests {
    /// What is read of a row.
    private struct Look: Equatable {
        /// `nil`: it was said to be damaged.
        var row: String?
        var standing: [Event]?
        var isFound = false
    }

    /// As far as a line says it, numbers somewhat less.
    private static func spelled(_ event: StoredEvent) -> String {
        let numbers = [
            event.coordinate.map { $0.latitude * 1e5 }, event.coordinate.map { $0.longitude * 1e5 },
            event.accuracy_m.map { $0 * 2 }, event.uncertainty_s.map { $0 * 2 }, event.confidence.map { $0 * 100 },
        ].map { "\(String(describing: $0?.rounded()))" }
        return """
            \(event.seq) \(event.type) \(event.device) \(event.fence ?? "-") \(event.time) \(event.detected) \
            \(String(describing: event.received)) \(numbers) \(event.rule ?? "-") \(event.state ?? "-") \
            \(event.anomaly ?? "-") \(event.json)
            """
    }

    private static func look(at store: String) throws -> Look {
        var look = Look()
        do {
            var rows: [String] = []
            _ = try StoreReader(path: store).events(matching: .init(), limit: 10) { rows.append(spelled($0)) }
            look.row = rows.joined()
        } catch {
            #expect(StoreError.damage(error, in: store) != nil || error is StoreError, "\(error)")
        }
        do {
            look.standing = try StoreHistory(path: store).standingEvents(of: "van-1", decidedAfter: nil)
        } catch {
            #expect(StoreError.damage(error, in: store) != nil, "\(error)")
        }
        do {
            let findings = try StoreReader(path: store).atOneMoment {
                [
                    $0.checkIntegrity(), $0.checkNumbers(), $0.checkRetractions(), $0.checkAlternation(),
                    $0.checkLines(),
                ]
            }
            look.isFound = findings.contains { $0.count > 0 }
        } catch {
            #expect(StoreError.damage(error, in: store) != nil, "\(error)")
            look.isFound = true
        }
        return look
    }

    @Test func trapsNowhereAndIsFound() throws {
        let scratch = try Scratch()
        var batch = JournalBatch()
        batch.fixes = [JournalBatch.Entry(device: "van-1", fix: Made.fix(10), received: nil)]
        batch.events = [Made.event(0)]
        _ = try Journal(path: scratch.store).commit(batch)
        try DatabaseQueue(path: scratch.store).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
        }
        let whole = try Self.look(at: scratch.store)
        #expect(whole.row != nil && whole.standing?.count == 1 && !whole.isFound)

        let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.store))
        let line = try #require(bytes.range(of: Data(#"{"seq":1,"#.utf8))).lowerBound
        var damaged = 0
        // The row's numbers, and before them what kind each is of.
        for place in line - 110..<line {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                let store = scratch.path + "/flipped.sqlite3"
                try flipped.write(to: URL(fileURLWithPath: store))
                let seen = try Self.look(at: store)
                if seen.row == nil || seen.standing == nil { damaged += 1 }
                #expect(seen.row == whole.row || seen.isFound, "byte \(place - line), bit \(bit): \(seen)")
            }
        }
        #expect(damaged > 20)
    }
}
