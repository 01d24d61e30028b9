import Foundation
import Positioning
import Testing

@testable import Geometry

extension FenceFile {
    init(_ name: String, _ text: String) { self.init(name: name, bytes: Array(text.utf8)) }
}

/// A Feature's text.
func feature(
    _ id: String = "f", _ type: String, _ coordinates: String, properties: String = "", more: String = ""
) -> String {
    """
    {"type":"Feature","id":"\(id)","properties":{\(properties)}\(more),"geometry":{"type":"\(type)","coordinates":\(coordinates)}}
    """
}

func polygon(_ id: String = "f", _ rings: [[(Double, Double)]]) -> String {
    feature(id, "Polygon", text(rings))
}

func text(_ rings: [[(Double, Double)]]) -> String {
    "[" + rings.map { "[" + $0.map { "[\($0.0),\($0.1)]" }.joined(separator: ",") + "]" }.joined(separator: ",") + "]"
}

/// An index over one file of features.
func index(_ features: String...) throws -> FenceIndex {
    try FenceIndex(catalogue(features))
}

func catalogue(_ features: [String]) throws -> FenceCatalogue {
    try FenceCatalogue.load([
        FenceFile("t.geojson", "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ",\n"))]}")
    ])
}

/// A closed rectangle, as longitudes and latitudes.
func rectangle(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> [(Double, Double)] {
    [(west, south), (east, south), (east, north), (west, north), (west, south)]
}

func at(_ latitude: Double, _ longitude: Double) -> Coordinate {
    Coordinate(latitude: latitude, longitude: longitude)
}

/// The root of the package: where its example fences are.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

func exampleFiles() throws -> [FenceFile] {
    let folder = packageRoot.appendingPathComponent("Fences")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".geojson") }.sorted()
        .map { FenceFile(name: $0, bytes: Array(try Data(contentsOf: folder.appendingPathComponent($0)))) }
}
