public import Anomalies
public import ArgumentParser
public import Engine
import Store

struct Events: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads events from a store, while a daemon writes it or not.",
        discussion: "Example: geofenced events --store geofenced.sqlite3 --type enter --fence hq --follow")

    @Option(help: "The store.")
    var store: String

    @Option(help: ArgumentHelp("Only events after this one.", valueName: "seq"))
    var since: Int64 = 0

    @Flag(help: "Go on with new events as they come, until interrupted; restarts of the daemon don't matter.")
    var follow = false

    @Option(help: "Only this device.")
    var device: String?

    @Option(help: "Only this fence.")
    var fence: String?

    @Option(help: "Only this type: \(Event.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var type: Event.Kind?

    @Option(help: "Only anomalies of this rule, as silence or frozen.")
    var rule: RuleName?

    @Option(help: "ndjson or csv.")
    var format = Format.ndjson

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ndjson, csv
    }

    /// Events read at once, and so in memory: some 1 kB each.
    private static let page = 4096

    func run() throws {
        try reporting {
            let output = Output()
            if format == .csv { try output.write(line: EventCSV.head) }
            var filter = StoreReader.EventFilter(
                since: since, device: device, fence: fence, type: type?.rawValue, rule: rule?.rawValue)
            if follow {
                try StoreFollower(path: store, page: Self.page).follow(&filter, to: output, line: line)
            } else {
                let reader = try StoreReader(path: store)
                try reader.checkReached(since)
                while try print(from: reader, &filter, to: output) {}
                try output.flush()
            }
        }
    }

    /// - Returns: whether there may be more.
    private func print(
        from reader: StoreReader, _ filter: inout StoreReader.EventFilter, to output: Output
    ) throws -> Bool {
        let last = try reader.events(matching: filter, limit: Self.page) { try output.write(line: line($0)) }
        defer { filter.since = last }
        return last != filter.since
    }

    private func line(_ event: StoredEvent) -> String { format == .csv ? EventCSV.line(event) : event.json }
}

extension Event.Kind: ExpressibleByArgument {}
extension RuleName: ExpressibleByArgument {}
