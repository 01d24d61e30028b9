import Foundation
import Platform
import Store
import TestSupport
import Testing

/// The units that are installed, as systemd itself judges them.
@Suite struct UnitFileTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("systemd").path
    private static let analyzer = "/usr/bin/systemd-analyze"
    private static let hasAnalyzer = FileManager.default.isExecutableFile(atPath: analyzer)

    private static func analyze(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: analyzer)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test(.enabled(if: hasAnalyzer, "systemd-analyze is not installed")) func theUnitsAreClean() throws {
        // Its program and its manual are looked for too, so it names ones that are there.
        let scratch = try Scratch()
        for name in ["geofenced.service", "geofenced.socket"] {
            let unit = try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
            try scratch.write(
                unit.replacing("/usr/bin/geofenced", with: Command.path).replacing(/Documentation=.*\n/, with: ""),
                to: name)
        }
        let verdict = try Self.analyze([
            "verify", scratch.path + "/geofenced.service", scratch.path + "/geofenced.socket",
        ])
        #expect(verdict.status == 0 && verdict.text.isEmpty, "\(verdict.text)")
    }

    /// The exposure in tenths, of 10.0 for a service that may do everything.
    @Test(.enabled(if: hasAnalyzer, "systemd-analyze is not installed")) func theServiceIsConfined() throws {
        let verdict = try Self.analyze([
            "security", "--offline=true", "--threshold=15", "--no-pager", "\(Self.folder)/geofenced.service",
        ])
        #expect(verdict.status == 0, "\(verdict.text)")
    }

    @Test func theServiceRestartsOnlyWhatARestartMends() throws {
        let unit = try String(contentsOfFile: "\(Self.folder)/geofenced.service", encoding: .utf8)
        let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix("RestartPreventExitStatus=") })
        let codes = Set(line.drop { $0 != "=" }.dropFirst().split(separator: " ").compactMap { Int32($0) })
        let scratch = try Scratch()
        try scratch.write(World.geoJSON(at: [0]), to: "fences/f.geojson")
        func run(_ text: String) throws -> Int32 {
            try Command(["run", "--config", try scratch.write(text, to: "c.yaml")]).status
        }
        let source = "sources: [{udp: \"127.0.0.1:\(try freePort())\"}]\nmetrics: none\n"
        #expect(codes.contains(try Command(["run"]).status), "wrong use")
        #expect(codes.contains(try run("stroe: x\n")), "a wrong configuration")
        try scratch.write("no store\n" + String(repeating: "x", count: 4096), to: "s")
        #expect(codes.contains(try run("store: s\nevents: e\nfences: fences\n\(source)")), "a file that is no store")
        #expect(!codes.contains(69) && !codes.contains(74), "a port in use, a full disk: these pass")
    }

    private static let rotator = "/usr/sbin/logrotate"

    /// The rotation that is installed, by logrotate itself, while events come: the pieces together have each event once.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: rotator), "logrotate is not installed"))
    func theEventFileIsRotated() throws {
        let site = try OperatedSite()
        let daemon = try site.run()
        let events = site.scratch.events
        let rules = try String(contentsOfFile: "\(Self.folder)/geofenced.logrotate", encoding: .utf8)
            .replacing("/var/log/geofenced/events.ndjson", with: events).replacing(/[ ]+su .*\n/, with: "")
        let file = try site.scratch.write(rules, to: "rules")
        let sender = try site.sender()
        for round in 0..<3 {
            for device in 0..<5 {
                for step in 0..<30 { try sender.send(OperatedSite.sentence(step, device: "van-\(round)-\(device)")) }
            }
            try eventually("five more have come") {
                try StoreReader(path: site.scratch.store).summary().events == 5 * (round + 1)
                    && site.scratch.text(events).split(separator: "\n").last?.hasPrefix(#"{"seq":\#(5 * (round + 1)),"#)
                        == true
            }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Self.rotator)
            process.arguments = ["--force", "--state", site.scratch.path + "/state", file]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            try eventually("a new one is begun") { FileManager.default.fileExists(atPath: events) }
        }
        #expect(daemon.end(SIGTERM) == 0)
        let unpack = Process()
        let pieces = Pipe()
        unpack.executableURL = URL(fileURLWithPath: "/bin/sh")
        unpack.arguments = ["-c", "gzip -dcf \(events).3.gz \(events).2.gz; cat \(events).1 \(events)"]
        unpack.standardOutput = pieces
        try unpack.run()
        let text = String(decoding: pieces.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        unpack.waitUntilExit()
        let numbers = text.split(separator: "\n").map { $0.dropFirst(7).prefix { $0 != "," } }
        #expect(numbers.map(String.init) == (1...15).map(String.init))
    }
}
