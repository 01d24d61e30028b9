import Positioning
import TestSupport
import Testing

@testable import Geometry

/// What is fetched ahead of a measurement is what it will read.
@Suite struct NearestEdgeTests {
    @Test(arguments: UInt64(0)..<12)
    func itIsTheEdgeThatTheDistanceIsTo(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (x, y) = (generator.number(-170...170), generator.number(-60...60))
        let corners = [3, 40, 300, 3000][Int(seed % 4)]
        let rings = [
            generator.star(x, y, radius: 0.01, corners: corners), generator.star(x, y, radius: 0.001, corners: 9),
        ]
        // The fences before it have edges in the same table.
        let others = (0..<3).map { polygon("a\($0)", [generator.star(x, y, radius: 0.01, corners: 20)]) }
        let fences = try FenceIndex(catalogue(others + [polygon("b", rings)]))
        guard case .area(let area) = fences.shapes[3] else {
            Issue.record("a polygon is no area")
            return
        }
        for _ in 0..<100 {
            let place = at(y + generator.number(-0.02...0.02), x + generator.number(-0.02...0.02))
            var edge = NearestEdge.none
            _ = fences.signedDistance(to: 3, from: place, near: nil, edge: &edge)
            #expect(edge.fence == 3)
            let ends = fences.edges.corners[Int(edge.corner)...Int(edge.corner) + 1]
            let line = ends.map { ($0.longitude, $0.latitude) }
            let (to_m, least_m) = (
                Reference.distance([line], place.longitude, place.latitude),
                Reference.distance(rings, place.longitude, place.latitude)
            )
            #expect(to_m < least_m * 1.000_001 + 0.000_1, "seed \(seed): \(place)")
            Self.expectWay(to: edge, area.boundary)
        }
    }

    /// Down the tree it comes by the children that lead to the edge's leaf.
    private static func expectWay(to edge: NearestEdge, _ boundary: Boundary) {
        let (tree, leaf) = (boundary.tree, boundary.leaf(of: Int(edge.corner)))
        #expect((0..<Int(tree.leafCount)).contains(leaf))
        var branch = tree.top
        while branch.level > 0 {
            let next = tree.branch(over: leaf, below: branch)
            let children = (0..<tree.childCount(of: branch)).map { tree.place(of: tree.child($0, of: branch)) }
            #expect(children.contains(tree.place(of: next)))
            branch = next
        }
        #expect((0..<tree.childCount(of: branch)).contains { tree.leaf($0, of: branch) == leaf })
    }

    /// Fences are edited, and the edge is of those before.
    @Test func itMayBeOfOtherFences() throws {
        let kinds = try [
            index(polygon("f", [rectangle(0, 0, 1, 1)])),
            index(feature("f", "Point", "[0,0]", properties: #""radius_m":100"#)),
            index(feature("f", "LineString", "[[0,0],[1,1]]", properties: #""half_width_m":100"#)),
            FenceIndex(FenceCatalogue()),
        ]
        let numbers = [-1, 0, 1, 3, 7, 1 << 20, Int(UInt32.max) - 1, .max]
        for fences in kinds {
            for fence in numbers {
                for corner in numbers {
                    let edge = NearestEdge(fence: fence, corner: corner)
                    fences.prefetch(shapeAt: edge)
                    fences.prefetch(treeAt: edge)
                }
            }
            #expect(fences.signedDistance(to: 0, from: at(40, 40)) > 1000)
        }
    }
}
