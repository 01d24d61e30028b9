import Foundation
import TestSupport
import Testing

@Suite struct CommandTests {
    /// Two epochs of one receiver: RMC and GGA, then a void one.
    private static let recording = """
        $GPRMC,010000.00,A,3954.52200,N,11623.85000,E,19.4,90.0,020326,,,A*5B\r
        $GPGGA,010000.00,3954.52200,N,11623.85000,E,1,09,0.9,45.0,M,0.0,M,,*68\r
        $GPRMC,010001.00,V,,,,,,,020326,,,N*78\r

        """

    @Test func decodePrintsAFixALine() throws {
        let run = try Command(["decode", "--device", "van-01"], input: Data(Self.recording.utf8))
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(run.lines.count == 1, "\(run.output)")
        #expect(
            run.output.hasPrefix(
                #"{"device":"van-01","time":"2026-03-02T01:00:00.0Z","lat":39.9087,"lon":116.3975,"accuracy_m":4.5,"#))
        let all = try Command(["decode", "--all", "-"], input: Data(Self.recording.utf8))
        #expect(all.lines.count == 2 && all.output.contains(#""rejected":"void""#), "\(all.output)")
        #expect(all.output.hasPrefix(#"{"device":"stdin","#))
    }

    @Test func whatCannotBeReadHasItsExitCode() throws {
        let scratch = try Scratch()
        let missing = try Command(["decode", scratch.path + "/none.nmea"])
        #expect(missing.status == 66 && missing.errorLines.count == 1, "\(missing.errors)")
        let gzip = try scratch.write("\u{1F}\u{8B}", to: "x")
        try Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]).write(to: URL(fileURLWithPath: gzip))
        #expect(try Command(["decode", gzip]).status == 65)
        #expect(try Command(["decode", "--protocol", "morse"]).status == 64)
        #expect(try Command(["replay"]).status == 64)
        #expect(try Command(["events", "--store", scratch.path + "/none"]).status == 66)
        #expect(try Command(["replay", "--fences", scratch.path + "/none"]).status == 78)
    }

    /// In a process of its own: among other threads, what they allocate meanwhile is counted too.
    @Test func whatTheRulesRememberIsMeasured() throws {
        let run = try Command(["simulate", "--evaluate", "--cost", "--device-days", "1", "--seed", "5"])
        let row = try #require(run.lines.first { $0.hasPrefix("state of the rules") }, "\(run.errors)")
        let bytes = row.split(separator: " ").compactMap { Int($0) }
        #expect(bytes.count == 3 && bytes.allSatisfy { (512...1664).contains($0) }, "\(row)")
    }

    /// Each wrong configuration or fence file: exit code 78, and one line on standard error, from `check` and from `run`.
    @Test(arguments: [
        ("fences: nowhere\n", nil, "the folder of fences cannot be read"),
        (
            "sources:\n  - udp: nowhere\n", "{\"type\":\"FeatureCollection\",\"features\":[]}",
            "is no address with a port"
        ),
        ("devices: none.yaml\n", "{\"type\":\"FeatureCollection\",\"features\":[]}", "the registry cannot be read"),
        ("store: geofenced.yaml/x\n", "{\"type\":\"FeatureCollection\",\"features\":[]}", "cannot be written"),
        ("", "{", "fences.geojson:1"),
        ("", #"{"type":"Feature","properties":{"radius_m":5},"geometry":{"type":"Point","coordinates":[1,2]}}"#, "id"),
        (
            "", #"{"type":"Feature","id":"a","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}"#,
            "radius_m"
        ),
    ])
    func whatIsWrongEndsTheDaemonAtStart(configuration: String, fences: String?, words: String) throws {
        let scratch = try Scratch()
        if let fences { try scratch.write(fences, to: "fences/fences.geojson") }
        var text = configuration
        for (key, value) in [("store", "s.sqlite3"), ("events", "e.ndjson"), ("fences", "fences")]
        where !configuration.hasPrefix(key) { text += "\(key): \(value)\n" }
        let file = try scratch.write(text, to: "geofenced.yaml")
        for subcommand in ["check", "run"] {
            let run = try Command([subcommand, "--config", file])
            #expect(run.status == 78, "\(subcommand): \(run.errors)")
            #expect(run.errorLines.count == 1 && run.errors.contains(words), "\(subcommand): \(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/s.sqlite3"), "nothing was opened")
    }

    @Test func fencesAreListedAndLocated() throws {
        let scratch = try Scratch()
        try scratch.write(World.geoJSON(at: [0, 500]), to: "f/squares.geojson")
        let list = try Command(["fences", scratch.path + "/f"])
        #expect(list.status == 0 && list.lines.count == 3)
        let located = try Command(["fences", scratch.path + "/f", "--locate", "39.9087,116.3975"])
        #expect(located.lines.count == 3, "\(located.output)")
        #expect(located.lines.dropFirst().first?.contains("-100") == true && located.output.contains("inside"))
    }

    @Test(arguments: [
        [], ["run"], ["check"], ["decode"], ["replay"], ["fences"], ["events"], ["track"], ["simulate"], ["demo"],
    ])
    func helpShowsAnExample(subcommand: [String]) throws {
        let help = try Command(subcommand + ["--help"])
        #expect(help.status == 0 && help.output.contains("Example: geofenced"), "\(help.output)")
    }

    @Test func theDemoEndsByItselfAndTellsOfThreeDevices() throws {
        let demo = try Command(["demo", "--seconds", "8"])
        #expect(demo.status == 0, "\(demo.errors)")
        let devices = Set(demo.lines.compactMap { $0.split(separator: "\"device\":\"").last?.prefix { $0 != "\"" } })
        #expect(devices.count >= 3, "\(demo.output)")
        #expect(demo.errors.contains("geofenced events --store"))
        if let folder = demo.errors.split(separator: "tail ").last?.split(separator: "/events.ndjson").first {
            try FileManager.default.removeItem(atPath: String(folder))
        }
    }
}
