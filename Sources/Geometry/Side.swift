internal import Positioning

/// Where a position is with regard to an area, while a ray from it to the east goes through the area's boundary.
enum Side: Equatable {
    case outside, inside, onBoundary
    /// Too near to an edge for plain arithmetic.
    case doubtful

    /// Takes one segment of the boundary.
    ///
    /// As GEOS's RayCrossingCounter counts, whose answer this is: the lower end of a segment belongs to it, the upper one does
    /// not.
    @inline(__always)
    mutating func meet(_ segment: Boundary.Segment, from position: Position) {
        let (ax, ay) = (segment.from.longitude - position.longitude, segment.from.latitude - position.latitude)
        let (bx, by) = (segment.to.longitude - position.longitude, segment.to.latitude - position.latitude)
        guard (ay > 0) != (by > 0) else {
            if min(ay.magnitude, by.magnitude) <= Limits.levelSlack { touch(ax, ay, bx, by) }
            return
        }
        if ax < 0 && bx < 0 { return }
        if ax > 0 && bx > 0 { return cross() }
        let (left, right) = (ax * by, ay * bx)
        let area = left - right
        if area.magnitude <= Limits.orientationSlack * (left.magnitude + right.magnitude) {
            if self != .onBoundary { self = .doubtful }
        } else if (area > 0) == (by > ay) {
            cross()
        }
    }

    private mutating func cross() {
        switch self {
        case .outside: self = .inside
        case .inside: self = .outside
        case .onBoundary, .doubtful: break
        }
    }

    /// A segment that is about level with the position, or ends so.
    private mutating func touch(_ ax: Double, _ ay: Double, _ bx: Double, _ by: Double) {
        guard min(ax, bx) <= Limits.levelSlack, max(ax, bx) >= -Limits.levelSlack else { return }
        let isEnd = (ax == 0 && ay == 0) || (bx == 0 && by == 0)
        let isBetween = ay == 0 && by == 0 && min(ax, bx) <= 0 && max(ax, bx) >= 0
        if isEnd || isBetween {
            self = .onBoundary
        } else if self != .onBoundary {
            self = .doubtful
        }
    }
}
