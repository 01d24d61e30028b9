import ArgumentParser
import Daemon
import Fencing
import Geometry

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks configuration, devices and fences as `run` would, and opens nothing.",
        discussion: "Example: geofenced check --config /etc/geofenced/geofenced.yaml")

    @Option(name: .customLong("config"), help: "The configuration file (YAML).")
    var configurationFile: String

    func run() throws {
        try reporting {
            let setup = try Setup(configurationFile: configurationFile)
            for warning in setup.warnings { Console.note("warning: \(warning)") }
            if setup.catalogue.fences.isEmpty {
                Console.note("warning: \(setup.configuration.fences): holds no fence: nothing will be decided")
            }
            print(
                """
                ok: \(configurationFile)
                  sources  \(setup.configuration.sources.map(\.name).joined(separator: ", "))
                  fences   \(setup.catalogue.fences.count) in \(setup.configuration.fences)
                  devices  \(setup.registry.devices.count) registered, others: \(setup.configuration.unknownDevices.rawValue)
                  store    \(setup.configuration.store)
                  events   \(setup.configuration.events)
                  metrics  \(setup.configuration.metrics.map { "http://\($0)/metrics" } ?? "none")
                """)
        }
    }
}
