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
    @Flag(help: "Only asks for each fix which fences hold it: no order, no screening, no memory.") var look = false
    @Flag(help: "Prints how many events there were instead.") var events = false

    private static let perLine = 1_000_000.0

    func run() throws {
        let city = City(side_m: side * 1000)
        let catalogue = try FenceCatalogue.load(city.fences(fences, vertices: 32...500))
        let decide = look ? try Self.looker(at: catalogue) : try decider(catalogue)
        var drivers = (0..<devices).map { Driver(in: city, seed: UInt64($0) + 100) }
        let start = Timestamp(microseconds: 1_772_413_200_000_000)
        // The first minute makes the devices known, and brings as many to a fence as will be later on.
        let warmUp = fixes
        var spent: Int64 = 0
        var told = 0
        for round in 0..<warmUp + fixes {
            let now = start.advanced(bySeconds: Double(round) * interval)
            let reports = drivers.indices.map { drivers[$0].report(in: city, at: now, after: interval) }
            let time = try nanoseconds { told += try decide(reports, now.advanced(bySeconds: 1)) }
            if round >= warmUp { spent += time }
        }
        print(events ? told : Int(Double(spent) * Self.perLine / Double(devices * fixes)))
    }

    /// Takes one report of each device, and when they were received; gives the number of events.
    private typealias Decide = ([Report], Timestamp) throws -> Int

    private func decider(_ catalogue: FenceCatalogue) throws -> Decide {
        let shard = try Shard(
            [FenceVersion(catalogue)], rules: rules ? Rules() : .none, history: MemoryHistory())
        let names = (0..<devices).map { "860000000\(100_000 + $0)" }
        return { reports, received in
            var told = 0
            for device in names.indices {
                var decisions = Decisions()
                shard.prefetch(device: device + Limits.prefetchedAhead)
                _ = try shard.step(
                    device: names[device], number: device, report: reports[device], received: received,
                    decisions: &decisions)
                told += decisions.events.count
            }
            return told
        }
    }

    /// What one does who remembers nothing of a device: of each of its fixes, how many fences hold it.
    private static func looker(at catalogue: FenceCatalogue) throws -> Decide {
        let index = try FenceIndex(catalogue)
        var found: [Int] = []
        return { reports, _ in
            var told = 0
            for coordinate in reports.lazy.compactMap(\.coordinate) {
                found.removeAll(keepingCapacity: true)
                index.candidates(around: coordinate, within: 0, into: &found)
                for fence in found where index.contains(coordinate, in: fence) { told += 1 }
            }
            return told
        }
    }
}
