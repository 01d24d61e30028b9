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
            Machine.keepFreedMemory()
            let hangups = await UnixSignalsSequence(trapping: .sighup)
            let setup = try Machine.fillingMemory { try Setup(configurationFile: configurationFile) }
            let log = LogOutput.bootstrap()
            defer { LogOutput.settle(isEnd: true) }
            for warning in setup.warnings { log.warning("\(warning)") }
            try OutputFolders.make(above: [setup.configuration.store, setup.configuration.events])
            let manager = ServiceManager()
            let daemon = try Daemon(
                setup, log: log, hangups: hangups, manager: manager,
                sockets: try HandedOverSocket.takeAll())
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: Self.services(of: daemon, setup, manager, log).map { .init(service: $0) },
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: log))
            try await group.run()
        } catch {
            throw exitStatus(of: error)
        }
    }

    /// The last is stopped first: that it stops is told before it does, and metrics tell until the end.
    private static func services(
        of daemon: Daemon, _ setup: Setup, _ manager: ServiceManager?, _ log: Logger
    ) -> [any Service] {
        let status = DaemonStatus(of: daemon, setup: setup)
        let metrics = setup.configuration.metrics.map {
            MetricsServer($0, status: status, pipeline: daemon.pipeline, log: log)
        }
        let statistics = daemon.pipeline.statistics
        let supervision = Supervision(
            status, manager: manager, log: log,
            facts: [
                "fences": "\(setup.catalogue.fences.count)", "devices": "\(statistics.devicesAtStart)",
                "last_seq": "\(statistics.lastSeq)", "store": "\(setup.configuration.store)",
                "events": "\(setup.configuration.events)",
            ],
            settle: { LogOutput.settle() })
        let inner: [any Service] = metrics.map { [$0] } ?? []
        return inner + [daemon, supervision]
    }
}
