import ArgumentParser
import Daemon
import Engine
import Geometry
import Ingest
import Platform
import Positioning
import Protocols
import Store

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Decides recorded bytes as the daemon would: one JSON event a line, the same for the same bytes.",
        discussion: "Example: geofenced replay --fences /etc/geofenced/fences monday.nmea.gz | jq .type")

    @Option(help: ArgumentHelp("The folder of *.geojson files.", valueName: "dir"))
    var fences: String?

    @Option(name: .customLong("config"), help: "A daemon's configuration: its fences, devices and policies apply.")
    var configurationFile: String?

    @Option(help: "Also keep fixes and events in this store, and go on from what it holds.")
    var store: String?

    @OptionGroup var input: RecordedInput

    func validate() throws {
        if fences == nil, configurationFile == nil {
            throw ValidationError("give the fences: --fences DIR, or --config FILE that names them")
        }
    }

    func run() throws {
        try reporting {
            Machine.keepFreedMemory()
            var registry = Registry()
            var configuration = Configuration()
            var catalogue = FenceCatalogue()
            if let configurationFile {
                let setup = try Setup(configurationFile: configurationFile)
                registry = setup.registry
                configuration = setup.configuration
                catalogue = setup.catalogue
            }
            if let fences { catalogue = try FenceFolder.load(fences) }
            let replay = try Replay(
                catalogue, registry: registry, unknownDevices: configuration.unknownDevices,
                rules: configuration.anomalies,
                deviceLimit: configuration.maxDevices,
                journal: try store.map {
                    try Journal(
                        path: $0, lateHorizon_s: configuration.lateHorizon_s, deviceLimit: configuration.maxDevices)
                },
                lateHorizon_s: configuration.lateHorizon_s, threads: Machine.processors)
            try replayInput(replay)
        }
    }

    private func replayInput(_ replay: Replay) throws {
        let output = Output()
        var counters = DecoderCounters()
        var unread: InputError?
        do {
            // Whoever follows a live pipe sees its events as they come.
            func settle() throws {
                try replay.settle { try output.write($0) }
                try output.flush()
            }
            try input.decode(counters: &counters, idle: settle) { reports, device in
                try replay.take(reports, device: device) { try output.write($0) }
            }
        } catch let error as InputError {
            // What came before it is decided and kept all the same.
            unread = error
        }
        try replay.finish { try output.write($0) }
        try output.flush()
        if let unread { throw unread }
        let statistics = replay.statistics
        input.tellWhereNothingCame(
            counters, fixes: statistics.accepted, rejected: statistics.rejected.values.reduce(0, +))
    }
}
