import ArgumentParser
import Daemon
import Fencing
import Geometry
import Logging
import Platform
import ServiceLifecycle
import UnixSignals

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Runs the daemon until SIGTERM or SIGINT; SIGHUP makes it read the fences again. The event file may be rotated at any time.",
        discussion: "Example: geofenced run --config /etc/geofenced/geofenced.yaml")

    @Option(name: .customLong("config"), help: "The configuration file (YAML).")
    var configurationFile: String

    func run() async throws {
        do {
            // Who read the log may go; the daemon stays.
            Console.outliveReaders()
            Console.outliveFileLimits()
            let hangups = await UnixSignalsSequence(trapping: .sighup)
            let setup = try Setup(configurationFile: configurationFile)
            let log = LogOutput.bootstrap()
            Machine.raiseDescriptorLimit()
            for warning in setup.catalogue.warnings { log.warning("\(warning)") }
            try OutputFolders.make(above: [setup.configuration.store, setup.configuration.events])
            let daemon = try Daemon(setup, log: log, hangups: hangups)
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [
                        .init(service: daemon), .init(service: Announcement(setup: setup, daemon: daemon, log: log)),
                    ],
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: log))
            try await group.run()
        } catch {
            throw exitStatus(of: error)
        }
    }
}

/// Says that the daemon runs, once signals are caught: who hears it may end the daemon at once, and it ends in order.
private struct Announcement: Service {
    let setup: Setup
    let daemon: Daemon
    let log: Logger

    func run() async throws {
        let statistics = daemon.pipeline.statistics
        log.info(
            "running",
            metadata: [
                "fences": "\(setup.catalogue.fences.count)", "devices": "\(statistics.devicesAtStart)",
                "last_seq": "\(statistics.lastSeq)", "store": "\(setup.configuration.store)",
                "events": "\(setup.configuration.events)",
            ])
        try? await gracefulShutdown()
    }
}
