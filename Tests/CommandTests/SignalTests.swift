import Foundation
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// How the command ends: by signals, and when whoever read it has gone.
@Suite(.serialized) struct SignalTests {
    private static func configuration(in scratch: Scratch) throws -> String {
        try scratch.write(World.geoJSON(at: [0]), to: "fences/squares.geojson")
        return try scratch.write(
            "store: s\nevents: e\nfences: fences\nmetrics: none\nsources: [{udp: \"127.0.0.1:\(try freePort())\"}]\n",
            to: "geofenced.yaml")
    }

    @Test(arguments: [SIGTERM, SIGINT]) func aDaemonStopsInOrder(signal: Int32) throws {
        let scratch = try Scratch()
        let daemon = try RunningCommand(
            ["run", "--config", try Self.configuration(in: scratch)], log: scratch.path + "/log")
        #expect(daemon.end(signal) == 0, "\(daemon.errors)")
        #expect(daemon.errors.contains(" stopped "))
    }

    /// Through a shell that gives SIGPIPE its default back, whatever this process was started with.
    private func start(_ words: String, output: Pipe? = nil, errors: Pipe? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["--default-signal=PIPE", Command.path] + words.split(separator: " ").map(String.init)
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = errors ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test func aDaemonOutlivesTheReaderOfItsLog() throws {
        let scratch = try Scratch()
        let log = Pipe()
        let daemon = try start("run --config \(try Self.configuration(in: scratch))", errors: log)
        var told = Data()
        while !String(decoding: told, as: UTF8.self).contains(" running ") {
            let more = log.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            told += more
        }
        try log.fileHandleForReading.close()
        kill(daemon.processIdentifier, SIGTERM)
        daemon.waitUntilExit()
        #expect(daemon.terminationReason == .exit && daemon.terminationStatus == 0)
    }

    @Test func theDemoEndsWhenNobodyReadsIt() throws {
        let (events, errors) = (Pipe(), Pipe())
        let demo = try start("demo --devices 5", output: events, errors: errors)
        #expect(!events.fileHandleForReading.availableData.isEmpty)
        try events.fileHandleForReading.close()
        let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        demo.waitUntilExit()
        #expect(demo.terminationReason == .exit && demo.terminationStatus == 0)
        #expect(told.contains("\(Command.path) events --store"), "the command that works: \(told)")
        let path = try #require(told.split(separator: "tail ").last?.split(separator: "/events.ndjson").first)
        try FileManager.default.removeItem(atPath: String(path))
    }

    @Test func whatWasSentUntilCtrlCIsInTheCopy() throws {
        let scratch = try Scratch()
        let copy = scratch.path + "/copy.nmea"
        let errors = Pipe()
        let simulator = try start(
            "simulate --to udp://127.0.0.1:9 --rate 200 --seconds 600 --copy \(copy)", errors: errors)
        try eventually("the copy is begun") {
            try FileManager.default.fileExists(atPath: copy) && !scratch.text(copy).isEmpty
        }
        kill(simulator.processIdentifier, SIGINT)
        let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        simulator.waitUntilExit()
        #expect(simulator.terminationReason == .exit && simulator.terminationStatus == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: copy))
        #expect(bytes.last == UInt8(ascii: "\n"), "no datagram is cut")
        #expect(told.contains("sent \(bytes.count { $0 == UInt8(ascii: "\n") } / 2) fixes"), "\(told)")
    }
}
