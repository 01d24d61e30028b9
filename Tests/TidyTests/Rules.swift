import Testing

/// A rule of the house: what breaks it, and an example that does, so that the rule itself is tested.
struct Rule: Sendable, CustomTestStringConvertible {
    var name: String
    /// A file that breaks it: its room and its text.
    var example: (room: String, text: String)
    /// What is wrong with a file, a line each.
    var check: @Sendable (SourceFile) -> [String]

    var testDescription: String { name }

    static let all = [arrows, pureCore, librariesInTheirRooms, lengths, noTraps, noStrayOutput]

    /// From the bottom to the top: a room may use those below it, never one above or beside it in the same row.
    static let house: [[String]] = [
        ["CGEOS", "CZlib", "CLinux", "CProcessor"],
        ["Positioning"],
        ["Protocols", "Fencing"],
        ["Geometry", "Anomalies"],
        ["Engine"],
        ["Platform"],
        ["Store", "Ingest"],
        ["Daemon"],
        ["geofenced"],
    ]

    static func row(of room: String) -> Int? { house.firstIndex { $0.contains(room) } }

    static let arrows = Rule(
        name: "arrows run downwards only", example: ("Fencing", "import Geometry\n")
    ) { file in
        guard let own = row(of: file.room) else { return ["\(file.room) has no place in the house"] }
        return file.imports.filter { row(of: $0).map { $0 >= own } ?? false }.map {
            "imports \($0), which is not below it"
        }
    }

    static let core = ["Positioning", "Protocols", "Fencing", "Geometry", "Anomalies", "Engine"]

    static let pureCore = Rule(
        name: "the core knows no clock, thread, file or Foundation", example: ("Engine", "import Foundation\n")
    ) { file in
        guard core.contains(file.room) else { return [] }
        let allowed = core + ["CGEOS", "CProcessor", "CZlib", "Glibc"]
        let io = [
            "clock_gettime(", "time(nil", "gettimeofday(", "fopen(", "open(", "read(", "write(", "pthread_", "getenv(",
        ]
        return file.imports.filter { !allowed.contains($0) }.map { "imports \($0)" }
            + file.code.filter { line in file.imports.contains("Glibc") && io.contains { line.contains(" \($0)") } }
            .map { "calls the system: \($0)" }
    }

    static let librariesInTheirRooms = Rule(
        name: "each library is known to one room", example: ("Daemon", "internal import GRDB\n")
    ) { file in
        let homes = [
            "CGEOS": ["Geometry"], "CZlib": ["Ingest", "Engine"], "CLinux": ["Platform"],
            "CProcessor": ["Geometry", "Engine", "Protocols", "Daemon"],
            "GRDB": ["Store"], "GRDBSQLite": ["Store"],
            "Yams": ["Daemon"], "Hummingbird": ["Daemon"], "HummingbirdCore": ["Daemon"], "NIOHTTP1": ["Daemon"],
            "NIOCore": ["Ingest", "Daemon"],
            "NIOPosix": ["Ingest", "Daemon"], "ArgumentParser": ["geofenced"],
            "ServiceLifecycle": ["Daemon", "geofenced"], "Logging": ["Daemon", "geofenced"],
        ]
        return file.imports.filter { homes[$0].map { !$0.contains(file.room) } ?? false }
            .map { "imports \($0), which belongs to \(homes[$0] ?? [])" }
    }

    static let lengths = Rule(
        name: "a file has at most 400 lines", example: ("Engine", String(repeating: "\n", count: 401))
    ) { file in
        file.lines.count > 401 ? ["has \(file.lines.count) lines"] : []
    }

    static let noTraps = Rule(
        name: "nothing traps on input", example: ("Store", "let row = try! read()\n")
    ) { file in
        file.name == "Positioning/Invariant.swift"
            ? []
            : file.code.filter { line in
                ["try! ", "as! ", "fatalError(", "preconditionFailure(", "unowned(unsafe)", "nonisolated(unsafe)"]
                    .contains { line.contains($0) }
            }.map { "may trap: \($0)" }
    }

    static let noStrayOutput = Rule(
        name: "only the command prints", example: ("Ingest", "    print(bytes)\n")
    ) { file in
        file.room == "geofenced" ? [] : file.code.filter { $0.contains(" print(") }.map { "prints: \($0)" }
    }
}
