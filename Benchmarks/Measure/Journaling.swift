import ArgumentParser
import Engine
import Positioning
import Store

/// The journal by itself: what it takes to commit fixes that are decided already, compaction included.
struct Journaling: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Nanoseconds to commit fixes to a new store, and to compact them.")

    @Option(help: "The store, a new file.")
    var store: String

    @Option(help: "Fixes, one after the other of each device.")
    var fixes = 1_000_000

    @Option(help: "Devices.")
    var devices = 1000

    @Option(help: "Fixes of a commit: as many as of a recording, or fewer, as in a live stream.")
    var batch = 65_536

    func run() throws {
        let names = (0..<devices).map { "86000000\(1_000_000 + $0)" }
        let journal = try Journal(path: store)
        var spent: Int64 = 0
        for start in stride(from: 0, to: fixes, by: batch) {
            var committed = JournalBatch()
            for place in start..<min(start + batch, fixes) {
                committed.fixes.append(
                    JournalBatch.Entry(device: names[place % devices], fix: fix(place / devices), received: nil))
            }
            if journal.wantsSnapshots(with: committed.fixes.count) { committed.snapshots = [] }
            spent += try nanoseconds {
                _ = try journal.commit(committed)
                if committed.snapshots != nil { try journal.compact(all: false) }
            }
        }
        print(spent)
    }

    /// Somewhere within a kilometre, as a receiver writes it.
    private func fix(_ second: Int) -> Fix {
        let noise = second &* 7919
        var measurements = Measurements()
        measurements.hdop = Double(7 + noise % 5) / 10
        measurements.satellites = 8 + noise % 3
        measurements.speed_mps = Double(500 + noise % 300) / 100 * (1852.0 / 3600)
        measurements.course_deg = Double(noise % 36_000) / 100
        measurements.altitude_m = Double(430 + noise % 20) / 10
        measurements.dimensions = 3
        measurements.solution = .autonomous
        return Fix(
            time: Timestamp(microseconds: 1_772_413_200_000_000 + Int64(second) * 1_000_000),
            coordinate: Coordinate(
                latitude: Double(23_945_000 + noise % 6000) / 600_000,
                longitude: Double(69_838_000 + noise % 7000) / 600_000), measurements: measurements)
    }
}
