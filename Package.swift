// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled under the strictest rules that the language has; a warning is an error.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")

let package = Package(
    name: "geofenced",
    products: [.executable(name: "geofenced", targets: ["geofenced"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    ],
    targets: [
        // The shell: threads, files, sockets, clocks.
        .executableTarget(
            name: "geofenced",
            dependencies: [
                "Daemon", "Ingest", "Store", "Platform", "Engine", "Anomalies", "Geometry", "Fencing", "Protocols",
                "Positioning", argumentParser, logging, lifecycle, signals,
            ],
            resources: ["customers", "logistics", "offices", "zones"].map { .embedInCode("DemoFences/\($0).geojson") },
            swiftSettings: strict),
        room(
            "Daemon",
            [
                "Ingest", "Store", "Platform", "Engine", "Anomalies", "Geometry", "Fencing", "Protocols", "Positioning",
                "CProcessor", logging, lifecycle, signals, yams, hummingbird, hummingbirdCore, nioCore, nioPosix,
                nioHTTP,
            ]),
        room("Ingest", ["Platform", "Protocols", "Positioning", "CZlib", nioCore, nioPosix]),
        room("Store", ["Platform", "Engine", "Anomalies", "Geometry", "Positioning", grdb, sqlite]),
        room("Platform", ["CLinux", "Positioning"]),
        // The core: no clock, thread, file or Foundation.
        room("Engine", ["Anomalies", "Geometry", "Fencing", "Protocols", "Positioning", "CProcessor", "CZlib"]),
        room("Anomalies", ["Fencing", "Positioning"]),
        room("Geometry", ["Fencing", "Positioning", "CGEOS", "CProcessor"]),
        room("Fencing", ["Positioning"]),
        room("Protocols", ["Positioning", "CProcessor"]),
        room("Positioning"),
        // C: Debian's libraries, and the system calls that Swift's Glibc module leaves out.
        .systemLibrary(name: "CGEOS", pkgConfig: "geos", providers: [.apt(["libgeos-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinux"),
        .systemLibrary(name: "CProcessor"),

        // Parts of the daemon by themselves, for Benchmarks/ratios; not installed.
        .executableTarget(
            name: "measure",
            dependencies: [
                "Store", "Platform", "Engine", "Anomalies", "Geometry", "Fencing", "Protocols", "Positioning",
                argumentParser,
            ],
            path: "Benchmarks/Measure", swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Geometry", "Positioning"], path: "Tests/Support", swiftSettings: strict
        ),
        tests(of: "Positioning"),
        tests(of: "Protocols", ["Positioning"]),
        tests(of: "Fencing", ["Positioning"]),
        tests(of: "Geometry", ["Fencing", "Positioning", "CGEOS", "TestSupport"]),
        tests(of: "Anomalies", ["Engine", "Fencing", "Geometry", "Positioning", "TestSupport"]),
        tests(of: "Engine", ["Anomalies", "Fencing", "Geometry", "Positioning", "TestSupport"]),
        tests(of: "Platform", ["Positioning", "TestSupport"]),
        tests(of: "Ingest", ["Platform", "Protocols", "Positioning", "TestSupport", nioCore, nioPosix]),
        tests(
            of: "Store", ["Engine", "Anomalies", "Geometry", "Positioning", "TestSupport", grdb], exclude: ["Released"]),
        tests(
            of: "Daemon",
            [
                "Ingest", "Store", "Platform", "Engine", "Anomalies", "Fencing", "Geometry", "Protocols", "Positioning",
                "TestSupport", logging,
                grdb,
            ]),
        // Disks that fail and fill up, below the real SQLite and the real files.
        .target(name: "CFaults", path: "Tests/CFaults", linkerSettings: [.linkedLibrary("sqlite3")]),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "Daemon", "Ingest", "Store", "Platform", "Engine", "Anomalies", "Geometry", "Fencing", "Positioning",
                "CFaults", "TestSupport", logging,
            ], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        // Runs the built command as its users do.
        .testTarget(
            name: "CommandTests", dependencies: ["geofenced", "Platform", "Positioning", "Store", "TestSupport", grdb],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
