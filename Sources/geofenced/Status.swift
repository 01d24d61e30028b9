import ArgumentParser
import Daemon
import Foundation
import Platform

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks the running daemon how it fares; exit code 0 where it takes fixes, 69 where not.",
        discussion: "Example: geofenced status --config /etc/geofenced/geofenced.yaml")

    @Option(
        name: .customLong("config"),
        help: "The daemon's configuration file; default: \(Self.usualFile), if it is there.")
    var configurationFile: String?

    @Option(help: ArgumentHelp("Where it serves its metrics, instead of a configuration.", valueName: "address:port"))
    var metrics: String?

    @Flag(help: "As JSON, for programs.")
    var json = false

    private static let usualFile = "/etc/geofenced/geofenced.yaml"

    func validate() throws {
        guard configurationFile == nil || metrics == nil else {
            throw ValidationError("give --config or --metrics, not both")
        }
        guard metrics.map({ Endpoint($0) != nil }) ?? true else {
            throw ValidationError("--metrics takes a numeric address and a port, as 127.0.0.1:9464")
        }
    }

    func run() async throws {
        do {
            let (endpoint, store) = try place()
            let report = try await StatusClient.report(from: endpoint)
            if let store, report.store.path != store {
                throw fail(
                    .unavailable,
                    "the daemon that answers at \(endpoint) writes \(report.store.path), not \(store): give each daemon a `metrics` address of its own"
                )
            }
            if json {
                print(try report.json)
            } else {
                print(StatusText(report).text)
            }
            if report.notReady != nil || !report.isLive { throw ExitCode(ExitStatus.unavailable.rawValue) }
        } catch {
            throw exitStatus(of: error)
        }
    }

    /// - Returns: where to ask, and the store that the answer must be about; `nil`: any.
    private func place() throws -> (Endpoint, store: String?) {
        if let endpoint = metrics.flatMap({ Endpoint($0) }) { return (endpoint, nil) }
        let usual = FileManager.default.isReadableFile(atPath: Self.usualFile) ? Self.usualFile : nil
        let configuration = try (configurationFile ?? usual).map { try Configuration(file: $0) } ?? Configuration()
        guard let endpoint = configuration.metrics else {
            throw fail(
                .unavailable, "`metrics: none` in the configuration: the daemon can't be asked; give it an address")
        }
        return (endpoint, configurationFile == nil && usual == nil ? nil : configuration.store)
    }
}
