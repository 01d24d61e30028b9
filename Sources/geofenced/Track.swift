public import ArgumentParser
public import Positioning
import Store

struct Track: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the path of one device.",
        discussion:
            "Example: geofenced track --store geofenced.sqlite3 --device van-01 --from 2026-03-02 --format gpx > van-01.gpx"
    )

    @Option(help: "The store.")
    var store: String

    @Option(help: "The device.")
    var device: String

    @Option(help: "From this time on (RFC 3339, or a date in UTC).")
    var from: Timestamp?

    @Option(help: "Until before this time.")
    var to: Timestamp?

    @Option(help: "geojson, gpx or csv.")
    var format = TrackFormat.geojson

    func run() throws {
        try reporting {
            let reader = try StoreReader(path: store)
            let output = Output()
            var writer = format.writer(device: device)
            try output.write(writer.head)
            let isKnown = try reader.track(device: device, from: from, to: to) { fix in
                try output.append { writer.append(fix, to: &$0) }
            }
            guard isKnown else {
                throw fail(
                    .noInput, "\(store): knows no device \"\(device)\"; see `sqlite3 \(store) 'select id from device'`")
            }
            try output.write(writer.tail)
            try output.flush()
        }
    }
}

extension Timestamp: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
