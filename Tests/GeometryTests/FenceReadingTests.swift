import Fencing
import TestSupport
import Testing

@testable import Geometry

@Suite struct FenceReadingTests {
    private func outcome(_ readings: [FenceReading]) -> String {
        do {
            let catalogue = try FenceCatalogue(readings)
            let shapes = catalogue.fences.indices.map { "\(catalogue.fences[$0].id) \(catalogue.shapes[$0])" }
            return (shapes + catalogue.warnings.map(\.description)).joined(separator: "\n")
        } catch { return error.description }
    }

    /// Whatever order the files are read in, and whatever is wrong in them.
    @Test(arguments: UInt64(1)...20) func theOrderOfReadingDoesNotMatter(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let ids = ["a", "b", "ab", "abcdefgh", "abcdefghi", "abcdefgh\u{E9}", "é", "e\u{301}", "Z", "\u{1F69A}"]
        let files = (0..<6).map { number in
            let features = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                let radius = ["50", "50", "50", "50", "-1"].randomElement(using: &random) ?? ""
                let extra = Bool.random(using: &random) ? "\"radius_M\":1," : ""
                return feature(
                    ids.randomElement(using: &random) ?? "", "Point", "[1,2]",
                    properties: "\(extra)\"radius_m\":\(radius)")
            }
            return FenceFile(
                "f\(number)", #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ",\n"))]}"#)
        }
        let expected = outcome(try files.map { try FenceReading($0) })
        #expect(outcome(try files.shuffled(using: &random).map { try FenceReading($0) }) == expected, "seed \(seed)")
        #expect(WrongFencesTests.lines(files).isEmpty == false)
    }

    /// As one log would have kept them.
    @Test func ofManyErrorsTheFirstFilesAreListed() throws {
        let wrong = (0..<700).map { _ in feature("x", "Point", "[0,95]") }
        let text = "{\"type\":\"FeatureCollection\",\"features\":[\(wrong.joined(separator: ",\n"))]}"
        let errors = #expect(throws: FenceErrors.self) {
            try FenceCatalogue.load([FenceFile("b", text), FenceFile("a", text)])
        }
        // Two of each feature: no radius, no latitude.
        #expect(errors?.issues.count == 1_000)
        #expect(errors?.issues.contains { $0.file == "b" } == false)
        #expect(errors?.unlisted == 1_800)
    }

    @Test func aShapeIsAsItsFileSays() throws {
        // A line, a ring without its outer brackets, and one too deep: each is told of where it stands.
        let cases = [
            ("LineString", "[[[0,0],[1,1]]]", "a position is no list of two numbers"),
            ("Polygon", "[[0,0],[1,0],[1,1],[0,0]]", "a polygon holds a position where a ring should be"),
            ("Polygon", "[[[[0,0],[1,0],[1,1],[0,0]]]]", "a position is no list of two numbers"),
            ("Polygon", "[[[0,0],\n[1,0],\n[1,91],[0,0]]]", "latitude is 91.0"),
        ]
        for (type, coordinates, what) in cases {
            let text = feature("x", type, coordinates, properties: type == "Polygon" ? "" : "\"half_width_m\":5")
            let errors = #expect(throws: FenceErrors.self) { try catalogue([text]) }
            #expect(errors?.issues.map(\.what) == [what])
            #expect(errors?.issues.first?.line == (what.hasPrefix("latitude") ? 3 : 1))
        }
    }
}
