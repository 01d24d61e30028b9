import Engine
import GRDB
import Positioning
import Store
import TestSupport
import Testing

@Suite struct LinkRowTests {
    private static func batch(fixes: [Double], links: [LinkRow]) -> JournalBatch {
        var batch = JournalBatch()
        batch.fixes = fixes.map { second in
            JournalBatch.Entry(
                device: "van-1",
                fix: Fix(
                    time: World.start.advanced(bySeconds: second), coordinate: World.origin,
                    measurements: Measurements()), received: nil)
        }
        batch.links = links
        return batch
    }

    private static func row(_ device: String, heard second: Double, _ byte: UInt8) -> LinkRow {
        LinkRow(device: device, heard: World.start.advanced(bySeconds: second), bytes: [byte])
    }

    private static func rows(_ journal: Journal) throws -> [String: (row: LinkRow, afterFix: Int64)] {
        var rows: [String: (row: LinkRow, afterFix: Int64)] = [:]
        try journal.recover { device in
            if let row = device.link { rows[device.id] = (row, device.linkedFix) }
        } fix: { _, _, _, _ in
        }
        return rows
    }

    /// With the last fix that had come before: of its own batch, too, and of one without any.
    @Test func aRowComesBackAsItWasCommittedLast() throws {
        let scratch = try Scratch()
        do {
            let journal = try Journal(path: scratch.store)
            _ = try journal.commit(Self.batch(fixes: [0, 10], links: [Self.row("van-1", heard: 10, 1)]))
            _ = try journal.commit(Self.batch(fixes: [20], links: []))
            _ = try journal.commit(Self.batch(fixes: [], links: [Self.row("van-2", heard: 25, 2)]))
            _ = try journal.commit(Self.batch(fixes: [30], links: [Self.row("van-2", heard: 30, 3)]))
        }
        let rows = try Self.rows(Journal(path: scratch.store))
        #expect(rows["van-1"]?.row == Self.row("van-1", heard: 10, 1) && rows["van-1"]?.afterFix == 2)
        #expect(rows["van-2"]?.row == Self.row("van-2", heard: 30, 3) && rows["van-2"]?.afterFix == 4)
    }

    /// A device that is forgotten leaves no row; one that was heard since, though without a fix, is not forgotten.
    @Test func aForgottenDeviceLeavesNone() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = Self.batch(
            fixes: [0], links: [Self.row("van-1", heard: 50, 1), Self.row("heard", heard: 150, 2)])
        batch.snapshots = []
        _ = try journal.commit(batch)
        try journal.forgetSilentDevices(since: World.start.advanced(bySeconds: 100))
        #expect(try Self.rows(journal).keys.sorted() == ["heard"])
        #expect(journal.deviceCount == 1)
    }
}
