import Daemon
import Foundation
import Ingest
import Logging
import Platform
import Positioning
import Store
import TestSupport
import Testing

@Suite struct ReloadTests {
    private let scratch: Scratch
    private var begin = WallClock.now.advanced(bySeconds: -61)
    private var received: Timestamp?
    private var setup: Setup

    init() throws {
        scratch = try Scratch()
        try scratch.write(World.geoJSON(at: [0, 1000]), to: "fences/a.geojson")
        try scratch.write(
            "store: geofenced.sqlite3\nevents: events.ndjson\nfences: fences\nsources: [{udp: \"127.0.0.1:1\"}]\n",
            to: "c.yaml")
        setup = try Setup(configurationFile: scratch.path + "/c.yaml")
    }

    private var log: Logger {
        var log = Logger(label: "test")
        log.logLevel = .critical
        return log
    }

    private func pipeline() throws -> Pipeline {
        try Pipeline(
            Pipeline.Parts(
                catalogue: setup.catalogue, configuration: setup.configuration, registry: setup.registry, shardCount: 2),
            log: log)
    }

    private func send(_ reports: [Report], to pipeline: Pipeline) throws {
        let before = try StoreReader(path: scratch.store).summary().fixes
        pipeline.inlet.send(reports.map { Arrival(device: "van-1", report: $0, received: received, source: 0) })
        #expect(
            try eventually { try StoreReader(path: scratch.store).summary().fixes == before + reports.count })
    }

    /// Reports of a minute, the first one's from the minute that has just passed.
    private func stay(from second: Double, at east: Double) -> [Report] {
        stride(from: second, through: second + 60, by: 10).map { World.report($0, east, from: begin) }
    }

    private func told() throws -> [String] {
        try scratch.text(scratch.events).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let words = ["type", "fence", "initial", "reason"].compactMap { object?[$0] }
            return words.map { "\($0)" }.joined(separator: " ")
        }
    }

    /// - Parameter lags: its clock is months behind, or a recording is sent.
    @Test(arguments: [false, true]) mutating func addedRemovedAndWrongFences(lags: Bool) throws {
        if lags {
            received = WallClock.now
            begin = World.start
        }
        let pipeline = try pipeline()
        let watcher = FenceWatcher(setup, pipeline: pipeline, log: log)
        try send(stay(from: 0, at: 0), to: pipeline)
        #expect(try told() == ["enter f0 1"])

        // Wrong: nothing changes.
        try scratch.write("{", to: "fences/b.geojson")
        watcher.lookAgain()
        watcher.lookAgain()
        try send(stay(from: 100, at: 0), to: pipeline)
        #expect(try told() == ["enter f0 1"])

        // A fence around it, and the first one gone. Tried again every time until it is so: a coarse clock may hide a change.
        try FileManager.default.removeItem(atPath: scratch.path + "/fences/b.geojson")
        try scratch.write(
            World.geoJSON(at: [0, 1000]).replacingOccurrences(of: "\"f0\"", with: "\"new\""), to: "fences/a.geojson")
        watcher.lookAgain(evenIfUnchanged: true)
        #expect(try eventually { try told() == ["enter f0 1", "exit f0 fence_removed"] })
        try send(stay(from: 200, at: 0), to: pipeline)
        #expect(pipeline.stop())
        #expect(try told() == ["enter f0 1", "exit f0 fence_removed", "enter new 1"])
    }

    @Test func anEmptiedFolderAndAHalfCopiedOneChangeNothing() throws {
        let pipeline = try pipeline()
        let watcher = FenceWatcher(setup, pipeline: pipeline, log: log)
        try send(stay(from: 0, at: 0), to: pipeline)
        let text = try scratch.text(scratch.path + "/fences/a.geojson")
        try FileManager.default.removeItem(atPath: scratch.path + "/fences/a.geojson")
        watcher.lookAgain()
        watcher.lookAgain()
        watcher.lookAgain(evenIfUnchanged: true)
        try send(stay(from: 100, at: 0), to: pipeline)
        try scratch.write(text.replacingOccurrences(of: "\"f0\"", with: "\"new\""), to: "fences/a.geojson")
        watcher.lookAgain()
        try send(stay(from: 200, at: 0), to: pipeline)
        #expect(try told() == ["enter f0 1"])
        watcher.lookAgain()
        #expect(try eventually { try told() == ["enter f0 1", "exit f0 fence_removed"] })
        #expect(pipeline.stop())
    }

    /// What a link leads to changes as a file does; a FIFO is not waited for.
    @Test func aLinkedFileIsLookedAtAndAFIFOIsNot() throws {
        let pipeline = try pipeline()
        let watcher = FenceWatcher(setup, pipeline: pipeline, log: log)
        let file = scratch.path + "/fences/a.geojson"
        try scratch.write(try scratch.text(file), to: "elsewhere.geojson")
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(
            atPath: file, withDestinationPath: scratch.path + "/elsewhere.geojson")
        func look() { for _ in 0..<2 { watcher.lookAgain() } }
        look()
        try send(stay(from: 0, at: 0), to: pipeline)
        try scratch.write(World.geoJSON(at: [-1000, 1000]), to: "elsewhere.geojson")
        look()
        #expect(eventually { pipeline.statistics.reloads == 1 })

        #expect(unsafe mkfifo(scratch.path + "/fences/b.geojson", 0o600) == 0)
        look()
        #expect(pipeline.statistics.problems["fences"]?.text.contains("FIFO") == true)
        try FileManager.default.removeItem(atPath: scratch.path + "/fences/b.geojson")
        look()
        #expect(pipeline.statistics.problems["fences"] == nil)
        #expect(pipeline.stop())
    }

    /// What a start refuses, a reload does: else everybody is accused of not being at a fence that is none.
    @Test func aFenceThatARuleNamesStays() throws {
        try scratch.write(
            "anomalies: {off_route: {fences: [f0]}}\nstore: geofenced.sqlite3\nevents: events.ndjson\nfences: fences\n"
                + "sources: [{udp: \"127.0.0.1:1\"}]\n", to: "named.yaml")
        let setup = try Setup(configurationFile: scratch.path + "/named.yaml")
        let pipeline = try pipeline()
        let watcher = FenceWatcher(setup, pipeline: pipeline, log: log)
        let text = try scratch.text(scratch.path + "/fences/a.geojson")
        try scratch.write(text.replacingOccurrences(of: "\"f0\"", with: "\"new\""), to: "fences/a.geojson")
        watcher.lookAgain(evenIfUnchanged: true)
        #expect(pipeline.statistics.problems["fences"]?.text.contains("names the fence `f0`, which is none") == true)
        try scratch.write(text, to: "fences/a.geojson")
        watcher.lookAgain(evenIfUnchanged: true)
        #expect(pipeline.statistics.problems["fences"] == nil)
        #expect(pipeline.stop() && pipeline.statistics.reloads == 0)
    }

    @Test func aFenceThatWentWhileNothingRan() throws {
        let first = try pipeline()
        try send(stay(from: 0, at: 0), to: first)
        #expect(first.stop())
        var later = setup
        later.catalogue = try World.squares(at: [])
        for _ in 0..<2 {
            let second = try Pipeline(
                Pipeline.Parts(
                    catalogue: later.catalogue, configuration: setup.configuration, registry: setup.registry,
                    shardCount: 1), log: log)
            #expect(second.stop())
            #expect(try told() == ["enter f0 1", "exit f0 fence_removed"])
        }
    }

    @Test func anEditedFenceIsDecidedAnewWithoutFlapping() throws {
        let pipeline = try pipeline()
        let watcher = FenceWatcher(setup, pipeline: pipeline, log: log)
        try send(stay(from: 0, at: 0), to: pipeline)
        // Moved by 10 m: still around it. Then by 1 km: it is outside now.
        try scratch.write(World.geoJSON(at: [10, 1000]), to: "fences/a.geojson")
        watcher.lookAgain(evenIfUnchanged: true)
        #expect(eventually { pipeline.statistics.reloads == 1 })
        try send(stay(from: 100, at: 0), to: pipeline)
        #expect(try told() == ["enter f0 1"])
        try scratch.write(World.geoJSON(at: [-1000, 1000]), to: "fences/a.geojson")
        watcher.lookAgain(evenIfUnchanged: true)
        #expect(eventually { pipeline.statistics.reloads == 2 })
        try send(stay(from: 1200, at: 0) + stay(from: 1300, at: 0) + stay(from: 1400, at: 0), to: pipeline)
        #expect(pipeline.stop())
        #expect(try told() == ["enter f0 1", "exit f0"])
    }
}

private func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = MonotonicTime.now + .seconds(60)
    while MonotonicTime.now < deadline {
        if try condition() { return true }
        pause(for: .milliseconds(5))
    }
    return false
}
