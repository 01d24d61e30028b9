import ArgumentParser
import Daemon

@main
struct Geofenced: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "geofenced",
        abstract: "Tells who entered and left which fence, and when: from GPS streams, for good.",
        discussion: """
            Data goes to standard output, logs to standard error. Exit codes: 0, 64 usage, 65 wrong data, 66 no input, \
            69 unavailable, 74 input/output, 78 wrong configuration.

            Example: geofenced demo
            """,
        version: Release.version,
        subcommands: [
            Run.self, Status.self, Check.self, Decode.self, ReplayCommand.self, Fences.self, Events.self, Track.self,
            ConsumersCommand.self, BackupCommand.self, Verify.self, Simulate.self, Demo.self,
        ])
}
