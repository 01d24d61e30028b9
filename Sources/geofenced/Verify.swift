import ArgumentParser
import Daemon
import Store

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a store, its event file, and that the stored fixes give the stored events; a daemon may run.",
        discussion: """
            Prints what is wrong, a line each; exit code 0 or 65.

            Example: geofenced verify --store geofenced.sqlite3 --events events.ndjson --fences /etc/geofenced/fences
            """)

    @Option(help: "The store. Default: the configuration's.")
    var store: String?

    @Option(
        help: "The event file, plain or gzip; rotated pieces first, from the oldest on. Default: the configuration's.")
    var events: [String] = []

    @Option(help: ArgumentHelp("The fences, where the store has none.", valueName: "dir"))
    var fences: String?

    @Option(name: .customLong("config"), help: "A daemon's configuration: its store, events, fences and devices apply.")
    var configurationFile: String?

    func validate() throws {
        if store == nil, configurationFile == nil {
            throw ValidationError("give the store: --store FILE, or --config FILE that names it")
        }
    }

    func run() throws {
        try reporting {
            let setup = try configurationFile.map { try Setup(configurationFile: $0) }
            var verification = Verification(store: store ?? setup?.configuration.store ?? "")
            verification.catalogue = setup?.catalogue
            verification.registry = setup?.registry ?? Registry()
            if let setup { verification.rules = setup.configuration.anomalies }
            verification.eventFiles = events
            if events.isEmpty, store == nil, let setup { verification.eventFiles = [setup.configuration.events] }
            if let fences { verification.catalogue = try FenceFolder.load(fences) }
            var isGood = true
            try verification.run { findings in
                for line in findings.lines { print("\(findings.check): \(line)") }
                let left = findings.count - findings.lines.count
                if left > 0 { print("\(findings.check): and \(left) more") }
                for note in findings.notes { Console.note("\(findings.check): \(note)") }
                isGood = isGood && findings.count == 0
            }
            guard isGood else { throw ExitCode(ExitStatus.data.rawValue) }
            let summary = try StoreReader(path: verification.store).summary()
            print("ok: \(summary.events) events, \(summary.fixes) fixes, \(summary.devices) devices")
        }
    }
}
