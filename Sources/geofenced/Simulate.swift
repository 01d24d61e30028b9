import ArgumentParser
import Daemon
import Geometry
import Ingest
import Platform
import Positioning

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Made-up trackers: on real sockets, in NMEA, or to see what the anomaly rules make of them.",
        discussion: """
            Example: geofenced simulate --to udp://127.0.0.1:5005 --devices 50 --rate 1 --seconds 60 --fences Fences
            Example: geofenced simulate --evaluate --inject all --device-days 1000
            Example: geofenced simulate --to udp://127.0.0.1:5005 --inject frozen,jamming --speed-up 600 --write-fences city.geojson
            """)

    @Option(help: "Where to: udp://HOST:PORT, the host as a numeric address.")
    var to: Target?

    @Flag(
        help: ArgumentHelp(
            "Instead, make up days of field staff, and print how the anomaly rules do on them.",
            discussion: """
                The ordinary device-days have all that makes rules err: receivers among houses and indoors, spikes, dead \
                zones, late uploads. Of each rule named by --inject, cases are put among them. `found` and `missed` are \
                cases; `rightly` was raised for what ordinary days have, too, as a stand of half an hour, or comes with \
                another rule's case; `false` is the rest.
                """))
    var evaluate = false

    @Option(
        help: ArgumentHelp(
            "The anomaly rules whose cases are put in, with commas between them, or all.",
            discussion: """
                Days of field staff in a made-up city. With --to, devices have a case of each rule by turns, then an \
                ordinary day, and say so in their names: as NMEA has it, at the times of arrival divided by --speed-up.
                """, valueName: "rules"))
    var inject: Injected?

    @Option(
        help: ArgumentHelp("With --inject and --to: also write the city's fences to this file.", valueName: "file"))
    var writeFences: String?

    @Option(help: ArgumentHelp("With --evaluate: how many ordinary device-days.", valueName: "count"))
    var deviceDays = 1000

    @Flag(help: "With --evaluate: what all rules together cost over the ordinary device-days, by turns with none.")
    var cost = false

    @Flag(help: "With --evaluate: also name what was raised for nothing, and what was missed.")
    var explain = false

    @Option(help: "How many trackers.")
    var devices = 10

    @Option(help: ArgumentHelp("Fixes a second of each.", valueName: "hz"))
    var rate = 1.0

    @Option(help: "How long, on the clock.")
    var seconds = 60.0

    @Option(
        help: ArgumentHelp(
            "The folder of fences that they drive between. Default: places in Beijing.", valueName: "dir"))
    var fences: String?

    @Option(help: "The same seed gives the same tracks.")
    var seed: UInt64 = 1

    @Option(help: "Stream time for one second on the clock, in seconds.")
    var speedUp = 1.0

    @Option(help: "The first fix's time (RFC 3339). Default: such that the stream ends now.")
    var start: Timestamp?

    @Option(help: ArgumentHelp("Also write what is sent to this file, to be replayed.", valueName: "file"))
    var copy: String?

    func validate() throws {
        guard (to == nil) == evaluate else { throw ValidationError("give either --to, or --evaluate") }
        guard inject == nil || fences == nil else {
            throw ValidationError(
                "with --inject they move in a city of their own: --write-fences FILE gives its fences")
        }
        guard writeFences == nil || (inject != nil && !evaluate) else {
            throw ValidationError("--write-fences goes with --inject and --to")
        }
        guard !cost || (evaluate && inject == nil) else {
            throw ValidationError("--cost goes with --evaluate, and without --inject")
        }
        guard (1...1_000_000).contains(deviceDays) else {
            throw ValidationError("--device-days takes 1 to 1000000")
        }
        guard (1...1_000_000).contains(devices) else { throw ValidationError("--devices takes 1 to 1000000") }
        guard rate > 0, rate <= 1000 else { throw ValidationError("--rate takes more than 0 and up to 1000") }
        guard seconds > 0, seconds <= 1e7 else { throw ValidationError("--seconds takes more than 0") }
        guard speedUp > 0, speedUp <= 10_000 else {
            throw ValidationError("--speed-up takes more than 0 and up to 10000")
        }
    }

    func run() throws {
        try reporting {
            guard let to else { return try evaluateRules() }
            if let inject { return try send(cases: inject.rules, to: to) }
            let catalogue = try fences.map { try FenceFolder.load($0) } ?? EmbeddedFences.catalogue()
            if let fences, catalogue.fences.isEmpty {
                throw fail(.configuration, "\(fences): holds no fence to drive to; put a *.geojson file into it")
            }
            let index = try FenceIndex(catalogue)
            let places = index.fences.indices.map { index.anyInteriorPoint(of: $0) }
            let simulator = try Simulator(
                Simulator.Plan(
                    target: to.endpoint, devices: devices, rate_hz: rate, speedUp: speedUp,
                    start: start ?? WallClock.now.advanced(bySeconds: -seconds * (speedUp - 1)), places: places,
                    seed: seed))
            let file = try copy.map { try Output(path: $0) }
            var problem: (any Error)?
            // Stopped by hand, what was sent is written out all the same.
            let interruption = Interruption { simulator.stop() }
            try withExtendedLifetime(interruption) {
                try simulator.run(for: seconds) { bytes in
                    do { try file?.write(bytes) } catch {
                        problem = error
                        simulator.stop()
                    }
                }
            }
            try file?.flush()
            if let problem { throw problem }
            Console.note("sent \(simulator.sentReports) fixes of \(devices) devices to udp \(to.endpoint)")
        }
    }

    /// `udp://HOST:PORT`
    struct Target: ExpressibleByArgument {
        var endpoint: Endpoint

        init?(argument: String) {
            guard argument.hasPrefix("udp://"), let endpoint = Endpoint(String(argument.dropFirst(6))),
                endpoint.port > 0
            else { return nil }
            self.endpoint = endpoint
        }
    }
}
