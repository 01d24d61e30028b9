public import ArgumentParser
public import Engine
import Platform
import Positioning
import Store

struct Events: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads events from a store, while a daemon writes it or not.",
        discussion: "Example: geofenced events --store geofenced.sqlite3 --type enter --fence hq --follow")

    @Option(help: "The store.")
    var store: String

    @Option(help: ArgumentHelp("Only events after this one.", valueName: "seq"))
    var since: Int64 = 0

    @Flag(help: "Go on with new events as they come, until interrupted.")
    var follow = false

    @Option(help: "Only this device.")
    var device: String?

    @Option(help: "Only this fence.")
    var fence: String?

    @Option(help: "Only this type: \(Event.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var type: Event.Kind?

    @Option(help: "ndjson or csv.")
    var format = Format.ndjson

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ndjson, csv
    }

    /// How often a follower looks for new events.
    private static let followInterval = Duration.milliseconds(200)
    /// Events read at once, and so in memory: some 1 kB each.
    private static let page = 4096

    func run() throws {
        try reporting {
            let reader = try StoreReader(path: store)
            let output = Output()
            if format == .csv { try output.write(line: EventCSV.head) }
            var filter = StoreReader.EventFilter(since: since, device: device, fence: fence, type: type?.rawValue)
            while true {
                let last = try reader.events(matching: filter, limit: Self.page) { event in
                    try output.write(line: format == .csv ? EventCSV.line(event) : event.json)
                }
                let isAtEnd = last == filter.since
                filter.since = last
                if isAtEnd {
                    try output.flush()
                    guard follow else { return }
                    pause(for: Self.followInterval)
                }
            }
        }
    }
}

extension Event.Kind: ExpressibleByArgument {}
