import Anomalies
import Daemon
import Foundation
import Geometry
import Ingest
import Logging
import Platform
import Positioning
import Store
import TestSupport
import Testing

/// Anomalies about several devices, from the reports to the event file: the same however the stream is cut, shared out and kept.
@Suite struct FleetTests {
    private let scratch: Scratch
    static let rules: Rules = {
        var rules = Rules()
        var gathering = Gathering()
        gathering.devices = 4
        gathering.duration_s = 300
        rules.gathering = gathering
        rules.replayed?.clear_s = 300
        return rules
    }()

    init() throws { scratch = try Scratch() }

    /// Nine devices drive; from the 80th step on three of them repeat the ways of others, for a while. Five meet. Two lose most of
    /// their satellites at once. Some of what is said comes late.
    /// - Parameter isVoid: they say so without a position; a crash may lose what had not lasted, for the journal has fixes only.
    static func stream(seed: UInt64, isVoid: Bool = false) -> [Arrival] {
        var random = SeededGenerator(seed: seed)
        var ways: [Int: [Coordinate]] = [:]
        var held: [Arrival] = []
        var all: [Arrival] = []
        for step in 0..<200 {
            for device in 0..<16 {
                let east = Double(device) * 3000 + Double(step) * 80
                var report: Report
                switch device {
                case 0..<9:
                    report = World.report(
                        Double(step) * 10, east + Double.random(in: 0...60, using: &random),
                        Double.random(in: -30...30, using: &random))
                    if device < 3, (80..<110).contains(step) { report.coordinate = ways[device + 3]?[step - 60] }
                case 9..<14:
                    let isThere = (40..<120).contains(step)
                    report = World.report(
                        Double(step) * 10, isThere ? -9000 : east, Double.random(in: -5...5, using: &random))
                default:
                    report = World.report(
                        Double(step) * 10, -20_000 + Double(device) * 100, Double.random(in: -9...9, using: &random))
                    report.measurements.satellites = (60..<90).contains(step) ? 3 : 9
                    report.measurements.hdop = (60..<90).contains(step) ? 14 : 1
                    report.measurements.reportedAccuracy_m = nil
                    report.measurements.speed_mps = 0
                    if isVoid, (60..<90).contains(step) {
                        report.rejection = .void
                        report.coordinate = nil
                        report.measurements.satellites = 0
                    }
                }
                if let place = report.coordinate { ways[device, default: []].append(place) }
                let arrival = Arrival(device: "dev-\(device)", report: report, received: nil, source: 0)
                if device == 8, (30..<60).contains(step) { held.append(arrival) } else { all.append(arrival) }
            }
            if step == 90 { all += held }
        }
        return all
    }

    private func pipeline(_ folder: String, shards: Int) throws -> Pipeline {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var configuration = Configuration()
        configuration.store = folder + "/geofenced.sqlite3"
        configuration.events = folder + "/events.ndjson"
        configuration.sources = []
        configuration.anomalies = Self.rules
        var log = Logger(label: "test")
        log.logLevel = .critical
        return try Pipeline(
            Pipeline.Parts(
                catalogue: World.squares(at: [0]), configuration: configuration, registry: Registry(),
                shardCount: shards), log: log)
    }

    private func replayed(_ arrivals: [Arrival], store: String? = nil) throws -> String {
        let replay = try Replay(
            World.squares(at: [0]), rules: Self.rules, journal: try store.map { try Journal(path: $0) })
        var bytes: [UInt8] = []
        for arrival in arrivals { try replay.take([arrival.report], device: arrival.device) { bytes += $0 } }
        try replay.finish { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func events(_ folder: String) throws -> String { try scratch.text(folder + "/events.ndjson") }

    @Test func everyRuleSpeaks() throws {
        let told = try replayed(Self.stream(seed: 1))
        for device in 0..<3 {
            for state in ["raised", "cleared"] {
                #expect(told.contains(#""device":"dev-\#(device)","rule":"replayed","state":"\#(state)""#), "\(told)")
            }
            #expect(told.contains(#""seen_device":"dev-\#(device + 3)""#))
        }
        #expect(told.components(separatedBy: #""rule":"gathering","state":"raised""#).count == 2)
        for told in [told, try replayed(Self.stream(seed: 1, isVoid: true))] {
            #expect(told.components(separatedBy: #""rule":"jamming","state":"raised""#).count == 2, "\(told)")
            let cleared = told.split(separator: "\n").filter { $0.contains(#""rule":"jamming","state":"cleared""#) }
            #expect(cleared.count == 1 && cleared[0].contains(#""names":["dev-14","dev-15"]"#), "\(cleared)")
        }
        #expect(told.contains(#""device":"dev-10","rule":"gathering","state":"cleared""#), "\(told)")
    }

    @Test(arguments: [1, 2, 5]) func theNumberOfShardsChangesNothing(shards: Int) throws {
        let stream = Self.stream(seed: 2)
        let folder = scratch.path + "/shards"
        let pipeline = try pipeline(folder, shards: shards)
        pipeline.inlet.send(stream)
        #expect(pipeline.stop())
        #expect(try events(folder) == replayed(stream))
    }

    @Test func aStoreAndPiecesChangeNothing() throws {
        let stream = Self.stream(seed: 3)
        let store = scratch.path + "/pieces.sqlite3"
        var rest = stream[...]
        var told = ""
        while !rest.isEmpty {
            told += try replayed(Array(rest.prefix(700)), store: store)
            rest = rest.dropFirst(700)
        }
        #expect(try told == replayed(stream))
        #expect(try replayed(stream, store: store) == "", "the same again changes nothing")
        try Verification(store: store).run { #expect($0.count == 0, "\($0)") }
    }

    /// The files as they stand when a batch is committed are gone on with, again and again.
    @Test(arguments: [4, 5] as [UInt64]) func aCrashAnywhereChangesNothing(seed: UInt64) throws {
        let stream = Self.stream(seed: seed)
        var random = SeededGenerator(seed: seed)
        var rest = stream[...]
        var folder = scratch.path + "/0"
        var round = 0
        while !rest.isEmpty {
            round += 1
            let part = rest.prefix(Int.random(in: 1...600, using: &random))
            rest = rest.dropFirst(part.count)
            let pipeline = try pipeline(folder, shards: 1 + round % 3)
            pipeline.inlet.send(Array(part))
            let deadline = MonotonicTime.now + .seconds(120)
            while MonotonicTime.now < deadline {
                let statistics = pipeline.statistics
                if statistics.accepted + statistics.rejected.values.reduce(0, +) >= part.count { break }
                pause(for: .milliseconds(2))
            }
            let copy = "\(scratch.path)/\(round)"
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            for file in ["geofenced.sqlite3", "geofenced.sqlite3-wal", "events.ndjson"]
            where FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
                try FileManager.default.copyItem(atPath: "\(folder)/\(file)", toPath: "\(copy)/\(file)")
            }
            pipeline.stop()
            folder = copy
        }
        let last = try pipeline(folder, shards: 2)
        #expect(last.stop())
        #expect(try events(folder) == replayed(stream), "seed \(seed)")
    }
}
