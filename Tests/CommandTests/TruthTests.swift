import Foundation
import TestSupport
import Testing

/// Streams whose truth is known, made by the generator in `../shared/truth`, through the command; its scorer has the word.
@Suite struct TruthTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/truth").path

    private static var isThere: Bool {
        let isThere =
            FileManager.default.fileExists(atPath: folder + "/generate.py")
            && FileManager.default.isExecutableFile(atPath: "/usr/bin/env")
            && (try? python(["-c", "import json"])) != nil
        if !isThere { print("skipped: the truth suite needs ../shared/truth and python3") }
        return isThere
    }

    @Test(.enabled(if: isThere), arguments: ["errand", "late", "pass", "gap"])
    func theScorerFindsNothingFalseAndNothingMissed(suite: String) throws {
        let scratch = try Scratch()
        _ = try Self.python([Self.folder + "/generate.py", "--suite", suite, "--seed", "11", "--out", scratch.path])
        let replay = try Command(["replay", "--fences", scratch.path + "/fences", scratch.path + "/stream.nmea"])
        #expect(replay.status == 0, "\(replay.errors)")
        let events = try scratch.write(replay.output, to: "events.ndjson")
        let report = try Self.python([Self.folder + "/score.py", scratch.path, events])
        let total = try #require(report.split(separator: "\n").last { $0.hasPrefix("total ") })
        let numbers = Dictionary(
            uniqueKeysWithValues: total.split(separator: " ").compactMap { word -> (String, Int)? in
                let parts = word.split(separator: "=")
                return parts.count == 2 ? Int(parts[1]).map { (String(parts[0]), $0) } : nil
            })
        #expect(numbers["false"] == 0 && numbers["missed"] == 0 && numbers["passes"] == numbers["seen"], "\(report)")
    }

    private static func python(_ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: data, as: UTF8.self)
    }
}
