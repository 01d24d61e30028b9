import Fencing
import Positioning
import TestSupport
import Testing

@testable import Geometry

/// The fences that the demo drives around, and that users take as a model.
@Suite struct ExampleFencesTests {
    @Test func theyLoadWithoutAWord() throws {
        let catalogue = try FenceCatalogue.load(exampleFiles())
        #expect(catalogue.warnings.isEmpty, "\(catalogue.warnings)")
        #expect(catalogue.fences.count >= 12)
        #expect(Set(catalogue.fences.map(\.kind)) == Set(Fence.Kind.allCases))
        #expect(catalogue.fences.contains { $0.policy.dwell_s != nil })
        let shapes = Set(catalogue.fences.indices.map { catalogue.describeShape(of: $0).prefix { $0 != "," } })
        #expect(shapes == ["polygon", "2 polygons", "circle", "corridor"])
    }

    @Test func anyOrderOfFilesGivesTheSameCatalogue() throws {
        var files = try exampleFiles()
        let expected = try FenceCatalogue.load(files)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5 {
            files.shuffle(using: &generator)
            #expect(try FenceCatalogue.load(files) == expected)
        }
        #expect(expected.fences.map(\.id) == expected.fences.map(\.id).sorted())
    }

    @Test func someAreAdjacentSomeOverlapAndAllAreWithinACity() throws {
        let fences = try FenceIndex(FenceCatalogue.load(exampleFiles()))
        func index(_ id: String) -> Int { fences.fences.firstIndex { $0.id == id } ?? -1 }
        // A corner of the edge that two campus buildings share is in both.
        let shared = at(39.921984, 116.430726)
        #expect(fences.signedDistance(to: index("campus-a"), from: shared).magnitude < 20)
        #expect(fences.signedDistance(to: index("campus-b"), from: shared).magnitude < 20)
        let headquarters = at(39.9087, 116.3975)
        for id in ["hq", "zone-centre", "service-area"] {
            #expect(fences.signedDistance(to: index(id), from: headquarters) < 0, "\(id)")
        }
        let inside = fences.fences.indices.map(fences.anyInteriorPoint)
        let centre = GeodesicOrigin(Position(headquarters))
        #expect(inside.allSatisfy { centre.distance(to: Position($0)) < 12_000 })
    }
}
