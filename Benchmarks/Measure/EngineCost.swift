import Anomalies
import ArgumentParser
import Engine
import Geometry
import Positioning

/// One shard of moving devices among fences.
struct EngineCost: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Nanoseconds of a million decoded fixes through one shard, of devices that drive through a city.")

    @Option(help: "How many fences there are, of 32 to 500 vertices.") var fences = 10_000
    @Option(help: "Kilometres along an edge of the city.") var side = 50.0
    @Option(help: "How many devices there are.") var devices = 10_000
    @Option(help: "Fixes of each device.") var fixes = 60
    @Option(help: "Seconds between two fixes of a device.") var interval = 1.0
    @Flag(help: "With the default rules about each device's stream; else with none.") var rules = false
    @Flag(help: "Prints how many events there were instead.") var events = false

    private static let perLine = 1_000_000.0

    func run() throws {
        let city = City(side_m: side * 1000)
        let catalogue = try FenceCatalogue.load(city.fences(fences, vertices: 32...500))
        let shard = try Shard(
            [FenceVersion(catalogue)], rules: rules ? Rules() : .none, history: MemoryHistory())
        let names = (0..<devices).map { "860000000\(100_000 + $0)" }
        var drivers = (0..<devices).map { Driver(in: city, seed: UInt64($0) + 100) }
        let start = Timestamp(microseconds: 1_772_413_200_000_000)
        // The first minute makes the devices known, and brings as many to a fence as will be later on.
        let warmUp = fixes
        var spent: Int64 = 0
        var told = 0
        for round in 0..<warmUp + fixes {
            let now = start.advanced(bySeconds: Double(round) * interval)
            let reports = drivers.indices.map { drivers[$0].report(in: city, at: now, after: interval) }
            let received = now.advanced(bySeconds: 1)
            let time = try nanoseconds {
                for device in names.indices {
                    var decisions = Decisions()
                    shard.prefetch(device: device + Limits.prefetchedAhead)
                    _ = try shard.step(
                        device: names[device], number: device, report: reports[device], received: received,
                        decisions: &decisions)
                    told += decisions.events.count
                }
            }
            if round >= warmUp { spent += time }
        }
        print(events ? told : Int(Double(spent) * Self.perLine / Double(devices * fixes)))
    }
}
