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
        abstract: "Runs the daemon until SIGTERM or SIGINT.",
        discussion: "Example: geofenced run --config /etc/geofenced/geofenced.yaml")

    @Option(name: .customLong("config"), help: "The configuration file (YAML).")
    var configurationFile: String

    func run() async throws {
        do {
            let setup = try Setup(configurationFile: configurationFile)
            let log = LogOutput.bootstrap()
            Machine.raiseDescriptorLimit()
            for warning in setup.catalogue.warnings { log.warning("\(warning)") }
            try OutputFolders.make(above: [setup.configuration.store, setup.configuration.events])
            let daemon = try Daemon(setup, log: log)
            log.info(
                "running",
                metadata: [
                    "fences": "\(setup.catalogue.fences.count)",
                    "devices": "\(daemon.pipeline.statistics.devicesAtStart)",
                    "last_seq": "\(daemon.pipeline.statistics.lastSeq)", "store": "\(setup.configuration.store)",
                    "events": "\(setup.configuration.events)",
                ])
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [.init(service: daemon)], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
            try await group.run()
        } catch {
            throw exitStatus(of: error)
        }
    }
}
