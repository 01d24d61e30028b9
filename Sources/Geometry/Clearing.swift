public import Positioning

/// A piece of the earth about a place that no fence reaches into, but for those it was made apart from: whoever stays in it
/// comes to no other, and crosses none on a straight way.
///
/// It follows from the place and the fences, so all are equal: nobody keeps it, and nothing is decided by it that would not be
/// decided without it.
public struct Clearing: Sendable {
    private let box: Box

    /// - Parameter box: between −180 and 180, so that the straight way is the short one.
    init(_ box: Box) { self.box = box }

    public func holds(_ coordinate: Coordinate) -> Bool {
        box.west < coordinate.longitude && coordinate.longitude < box.east && box.south < coordinate.latitude
            && coordinate.latitude < box.north
    }
}

extension Clearing: Equatable {
    public static func == (_: Clearing, _: Clearing) -> Bool { true }
}

extension FenceIndex {
    /// What is free about a place.
    /// - Parameter known: the fences that may reach into it.
    /// - Returns: `nil` where another fence is too near, or the place too near to a pole or to the antimeridian.
    public func clearing(around coordinate: Coordinate, apartFrom known: (Int) -> Bool) -> Clearing? {
        guard coordinate.latitude.magnitude <= Limits.clearingLatitude,
            coordinate.longitude.magnitude <= Limits.clearingLongitude
        else { return nil }
        let place = Position(coordinate)
        // Among many fences it ends near by, and the far ones need not be looked at.
        for half_m in [Limits.nearClearing_m, Limits.clearing_m] {
            var room = Room(around: place, halfMetres: half_m)
            index.visit(room.box) { fence, box in
                // Less and less is left.
                guard room.box.meets(box), !known(fence) else { return }
                if box.contains(place) {
                    room.narrow(toMetres: signedDistance(to: fence, from: coordinate))
                } else {
                    room.cut(off: box)
                }
            }
            if room.isCut || half_m == Limits.clearing_m { return room.isWorthwhile ? Clearing(room.box) : nil }
        }
        return nil
    }
}

/// What is left about a place while fences are cut off one by one.
private struct Room {
    private(set) var box: Box
    private(set) var isCut = false
    private let place: Position
    /// Degrees of latitude that are as long as one of longitude.
    private let shrink: Double

    init(around place: Position, halfMetres: Double) {
        self.place = place
        shrink = Ellipsoid.cosine(ofDegrees: place.latitude)
        let half = halfMetres / Limits.fewestMetresPerDegreeOfLatitude
        box = Box([place]).widened(east: half / shrink, north: half)
    }

    var isWorthwhile: Bool { box.north - box.south > 0 && box.east - box.west > 0 }

    /// Along the edge of it that is farthest away.
    mutating func cut(off other: Box) {
        isCut = true
        let east = (other.west - place.longitude) * shrink
        let west = (place.longitude - other.east) * shrink
        let north = other.south - place.latitude
        let south = place.latitude - other.north
        let farthest = max(max(east, west), max(north, south))
        if farthest == east {
            box.east = min(box.east, other.west)
        } else if farthest == west {
            box.west = max(box.west, other.east)
        } else if farthest == north {
            box.north = min(box.north, other.south)
        } else {
            box.south = max(box.south, other.north)
        }
    }

    /// To a square within a circle.
    mutating func narrow(toMetres radius_m: Double) {
        isCut = true
        let half = max(0, radius_m) / Limits.clearingSlack / Limits.metresPerDegreeOfLongitudeAtEquator
        let square = Box([place]).widened(east: half / shrink, north: half)
        box = Box(
            west: max(box.west, square.west), south: max(box.south, square.south), east: min(box.east, square.east),
            north: min(box.north, square.north))
    }
}
