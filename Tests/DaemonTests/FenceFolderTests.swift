import Foundation
import Geometry
import TestSupport
import Testing

@testable import Daemon

@Suite struct FenceFolderTests {
    private func outcome(_ load: () throws(ConfigurationErrors) -> FenceCatalogue) -> (FenceCatalogue?, [String]) {
        do throws(ConfigurationErrors) {
            let catalogue = try load()
            let shapes = catalogue.fences.indices.map { catalogue.describeShape(of: $0) }
            return (catalogue, shapes + catalogue.warnings.map(\.description))
        } catch { return (nil, error.lines) }
    }

    /// With what was read before or without: the same fences, warnings and errors.
    @Test(arguments: UInt64(1)...4) func whatIsUnchangedNeedsNoSecondLook(seed: UInt64) throws {
        var random = TestSupport.SeededGenerator(seed: seed)
        let scratch = try Scratch()
        let folder = scratch.path + "/fences"
        try scratch.write("{", to: "fences/readme.txt")
        var known = FenceCatalogue()
        for round in 0..<40 {
            let name = ["a", "b", "c"].randomElement(using: &random) ?? ""
            let radius = ["50", "50", "60", "-1"].randomElement(using: &random) ?? ""
            let properties = "\"radius_m\":\(radius)" + (Bool.random(using: &random) ? ",\"Kind\":\"site\"" : "")
            switch Int.random(in: 0...3, using: &random) {
            case 0: try? FileManager.default.removeItem(atPath: "\(folder)/\(name).geojson")
            case 1: break
            default:
                try scratch.write(
                    """
                    {"type":"Feature","id":"\(name)","properties":{\(properties)},
                    "geometry":{"type":"Point","coordinates":[1,2]}}
                    """, to: "fences/\(name).geojson")
            }
            let (fresh, lines) = outcome { () throws(ConfigurationErrors) in try FenceFolder.load(folder) }
            let (again, others) = outcome { () throws(ConfigurationErrors) in
                try FenceFolder.load(folder, unchangedFrom: known)
            }
            #expect(fresh == again && lines == others, "seed \(seed) round \(round)")
            #expect(fresh?.files == again?.files, "seed \(seed) round \(round)")
            if let fresh { known = fresh }
        }
    }
}
