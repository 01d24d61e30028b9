import ArgumentParser
import Daemon
import Fencing
import Geometry
import Positioning

struct Fences: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists and checks fences; with --locate, tells which are at a place.",
        discussion: "Example: geofenced fences Fences --locate 39.9087,116.3975")

    @Argument(help: "The folder of *.geojson files.")
    var folder = "/etc/geofenced/fences"

    @Option(help: "Names the fences at this place (degrees), with signed distances: negative is inside.")
    var locate: Place?

    @Option(help: ArgumentHelp("How far around the place to look.", valueName: "metres"))
    var within = 1000.0

    func validate() throws {
        guard within.isFinite, within > 0 else { throw ValidationError("--within takes more than 0 metres") }
    }

    func run() throws {
        try reporting {
            let catalogue = try FenceFolder.load(folder)
            for warning in catalogue.warnings { Console.note("warning: \(warning)") }
            if let place = locate?.coordinate {
                try list(near: place, catalogue)
            } else {
                list(catalogue)
            }
        }
    }

    private func list(_ catalogue: FenceCatalogue) {
        var table = Table(["ID", "KIND", "SHAPE", "ENTER/EXIT/MARGIN", "NAME"])
        for (index, fence) in catalogue.fences.enumerated() {
            let policy = fence.policy
            table.add([
                fence.id, fence.kind.rawValue, catalogue.describeShape(of: index),
                "\(Self.short(policy.enterConfirm_s)) s / \(Self.short(policy.exitConfirm_s)) s / \(Self.short(policy.exitMargin_m)) m",
                fence.name,
            ])
        }
        print(table.text)
    }

    private func list(near place: Coordinate, _ catalogue: FenceCatalogue) throws {
        let index = try FenceIndex(catalogue)
        var found: [Int] = []
        index.candidates(around: place, within: within, into: &found)
        let near = found.map { (fence: index.fences[$0], metres: index.signedDistance(to: $0, from: place)) }
            .filter { $0.metres <= within }.sorted { $0.metres < $1.metres }
        var table = Table(["METRES", "WHERE", "ID", "NAME"])
        for (fence, metres) in near {
            table.add([
                Self.short((metres * 10).rounded() / 10), metres <= 0 ? "inside" : "outside", fence.id, fence.name,
            ])
        }
        print(near.isEmpty ? "no fence within \(Self.short(within)) m" : table.text)
    }

    private static func short(_ value: Double) -> String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(value, decimals: 1)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `LAT,LON` in degrees.
    struct Place: ExpressibleByArgument {
        var coordinate: Coordinate

        init?(argument: String) {
            let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
                .map { Double($0.drop { $0 == " " }) }
            guard parts.count == 2, let latitude = parts[0], let longitude = parts[1] else { return nil }
            coordinate = Coordinate(latitude: latitude, longitude: longitude)
            guard coordinate.isOnEarth else { return nil }
        }
    }
}
