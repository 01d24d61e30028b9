import Foundation
import Platform
import Store
import TestSupport
import Testing

/// What is given to the command: damaged, missing, empty, or strange.
@Suite struct InputTests {
    /// A recording of three trackers and its fences.
    private struct Recording {
        let scratch: Scratch
        var file: String { scratch.path + "/stream.nmea" }
        var fences: String { scratch.path + "/fences" }

        init() throws {
            scratch = try Scratch()
            try scratch.write(World.geoJSON(at: [0, 500, 1000]), to: "fences/squares.geojson")
            let run = try Command([
                "simulate", "--to", "udp://127.0.0.1:9", "--devices", "3", "--rate", "100", "--seconds", "0.2",
                "--speed-up", "500", "--start", "2026-03-02T01:00:00Z", "--fences", scratch.path + "/fences", "--copy",
                scratch.path + "/stream.nmea",
            ])
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test func whatCameBeforeAMissingFileIsDecodedAndKept() throws {
        let recording = try Recording()
        let missing = recording.scratch.path + "/none.nmea"
        let whole = try Command(["decode", recording.file])
        let partial = try Command(["decode", recording.file, missing])
        #expect(partial.status == 66 && partial.output == whole.output && whole.lines.count == 60)
        let told = try Command(["replay", "--fences", recording.fences, recording.file])
        let store = recording.scratch.store
        let kept = try Command(["replay", "--fences", recording.fences, "--store", store, recording.file, missing])
        #expect(kept.status == 66 && kept.output == told.output && !told.lines.isEmpty, "\(kept.errors)")
        #expect(try StoreReader(path: store).summary().fixes == 60)
    }

    /// Recordings that are named by an address or a date are those of several devices.
    @Test func aRecordingsNameIsItsDevice() throws {
        let scratch = try Scratch()
        let sentence = "$GPRMC,010000.00,A,3954.52200,N,11623.85000,E,19.4,90.0,020326,,,A*5B\r\n"
        let names = [
            ("192.0.2.7.nmea", "192.0.2.7"), ("van-01", "van-01"), ("van-02.nmea", "van-02"), (".log", ".log"),
        ]
        for (file, device) in names {
            try scratch.write(sentence, to: file)
            let run = try Command(["decode", scratch.path + "/" + file])
            #expect(run.output.contains(#""device":"\#(device)""#), "\(file): \(run.output)\(run.errors)")
        }
    }

    @Test func nothingFromSomethingIsSaid() throws {
        let noise = Data("no NMEA\r\n$GPRMC,010000.00,A,3954.52200,N,11623.85000,E,19.4,90.0,020326,,,A*00\r\n".utf8)
        let scratch = try Scratch()
        try scratch.write(World.geoJSON(at: [0]), to: "fences/squares.geojson")
        for arguments in [["decode"], ["replay", "--fences", scratch.path + "/fences"]] {
            let run = try Command(arguments, input: noise)
            #expect(run.status == 0 && run.output.isEmpty && run.errorLines.count == 1, "\(run.errors)")
            #expect(
                run.errors.hasPrefix("0 fixes: \(noise.count) bytes, 0 sentences, 1 bad checksums"), "\(run.errors)")
            let empty = try Command(arguments, input: Data())
            #expect(empty.status == 0 && empty.output.isEmpty && empty.errors.isEmpty, "\(empty.errors)")
        }
    }

    @Test(arguments: [
        ["events", "--store", "s", "--type", "entre"], ["fences", "Fences", "--locate", "1,2", "--within", "nan"],
        ["fences", "Fences", "--locate", "1,2", "--within", "0"],
        ["fences", "Fences", "--locate", "1,2", "--within", "-5"],
        ["fences", "Fences", "--locate", "1,2", "--within", "inf"], ["simulate", "--to", "udp://127.0.0.1:0"],
    ])
    func whatCannotBeMeantIsAUsageError(arguments: [String]) throws {
        let run = try Command(arguments)
        #expect(run.status == 64 && run.output.isEmpty, "\(run.errors)")
    }

    @Test func aSimulatorWithoutFencesSaysSo() throws {
        let scratch = try Scratch()
        let run = try Command([
            "simulate", "--to", "udp://127.0.0.1:9", "--seconds", "0.1", "--fences", scratch.path,
        ])
        #expect(run.status == 78 && run.errors.contains("holds no fence"), "\(run.errors)")
    }

    /// Marks that combine with a delimiter, and what a format cannot hold.
    @Test func strangeNamesAreEscaped() throws {
        let recording = try Recording()
        let device = "a&\u{301}<\u{338}b\u{1},\"\u{301}c"
        let lines = try String(contentsOfFile: recording.file, encoding: .utf8).split(separator: "\r\n")
        // One tracker, without the TAG block that names it.
        let anonymous = lines.filter { $0.contains("sim-1*") }.map { $0.drop { $0 != "$" } + "\r\n" }.joined()
        let store = recording.scratch.store
        let replay = try Command(
            ["replay", "--fences", recording.fences, "--store", store, "--device", device], input: Data(anonymous.utf8))
        #expect(replay.status == 0 && !replay.lines.isEmpty, "\(replay.errors)")
        let track = try Command(["track", "--store", store, "--device", device, "--format", "gpx"])
        #expect(
            Data(track.output.utf8).range(of: Data("<name>a&amp;\u{301}&lt;\u{338}b,\"\u{301}c</name>".utf8)) != nil)
        let events = try Command(["events", "--store", store, "--format", "csv"])
        #expect(
            Data(events.output.utf8).range(of: Data(",\"a&\u{301}<\u{338}b\u{1},\"\"\u{301}c\",".utf8)) != nil,
            "\(events)")
    }
}
