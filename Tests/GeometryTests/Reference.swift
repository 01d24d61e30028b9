import TestSupport
import Glibc
import Positioning

@testable import Geometry

/// What a polygon is by the plainest means: the measure that GEOS and the tree are held against.
enum Reference {
    typealias Rings = [[(Double, Double)]]

    /// Even-odd ray casting to the east; the boundary itself is anyone's.
    static func contains(_ rings: Rings, _ x: Double, _ y: Double) -> Bool {
        var inside = false
        for ring in rings {
            for (a, b) in zip(ring, ring.dropFirst()) where (a.1 > y) != (b.1 > y) {
                if x < a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0) { inside.toggle() }
            }
        }
        return inside
    }

    /// Metres to the nearest edge, by the series for a degree's length (not by radii of curvature), at the latitude of
    /// the place.
    static func distance(_ lines: Rings, _ x: Double, _ y: Double) -> Double {
        let phi = y * .pi / 180
        let kx = 111_412.84 * cos(phi) - 93.5 * cos(3 * phi) + 0.118 * cos(5 * phi)
        let ky = 111_132.92 - 559.82 * cos(2 * phi) + 1.175 * cos(4 * phi) - 0.0023 * cos(6 * phi)
        var best = Double.infinity
        for line in lines {
            for (a, b) in zip(line, line.dropFirst()) {
                let (ax, ay, bx, by) = ((a.0 - x) * kx, (a.1 - y) * ky, (b.0 - x) * kx, (b.1 - y) * ky)
                let (dx, dy) = (bx - ax, by - ay)
                let length = dx * dx + dy * dy
                let t = length == 0 ? 0 : max(0, min(1, -(ax * dx + ay * dy) / length))
                best = min(best, hypot(ax + t * dx, ay + t * dy))
            }
        }
        return best
    }

    /// The geodesic's length by walking it: J. Bowring's inverse would share Vincenty's series, so this sums short
    /// chords of the great ellipse's plane section instead. Within a few millimetres up to 100 km.
    static func geodesic(_ a: Coordinate, _ b: Coordinate) -> Double {
        let (p, q) = (vector(a), vector(b))
        var length = 0.0
        var last = p
        let steps = 2_000
        for step in 1...steps {
            let t = Double(step) / Double(steps)
            let point = onSurface((p.0 + t * (q.0 - p.0), p.1 + t * (q.1 - p.1), p.2 + t * (q.2 - p.2)))
            let (dx, dy, dz) = (point.0 - last.0, point.1 - last.1, point.2 - last.2)
            length += (dx * dx + dy * dy + dz * dz).squareRoot()
            last = point
        }
        return length
    }

    private static func vector(_ c: Coordinate) -> (Double, Double, Double) {
        let (phi, lambda) = (c.latitude * .pi / 180, c.longitude * .pi / 180)
        let e2 = 0.006_694_379_990_141_3
        let n = 6_378_137 / (1 - e2 * sin(phi) * sin(phi)).squareRoot()
        return (n * cos(phi) * cos(lambda), n * cos(phi) * sin(lambda), n * (1 - e2) * sin(phi))
    }

    /// Where a chord's point is pushed out to the ellipsoid, away from the centre.
    private static func onSurface(_ v: (Double, Double, Double)) -> (Double, Double, Double) {
        let (a, b) = (6_378_137.0, 6_356_752.314_245)
        let scale = 1 / ((v.0 * v.0 + v.1 * v.1) / (a * a) + v.2 * v.2 / (b * b)).squareRoot()
        return (v.0 * scale, v.1 * scale, v.2 * scale)
    }
}

extension SeededGenerator {
    mutating func number(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &self) }

    /// A ring that winds once around a centre, its corners at drawn distances; some nearly on one line, some nearly the
    /// same.
    mutating func star(_ x: Double, _ y: Double, radius: Double, corners: Int) -> [(Double, Double)] {
        var angles = (0..<corners).map { _ in number(0...(2 * .pi)) }.sorted()
        if corners > 5, number(0...1) < 0.3 { angles[1] = angles[0] + 1e-9 }
        // Without a gap of half a turn the centre is inside, so the ring cannot cross itself.
        for quarter in 0..<4 { angles.append(Double(quarter) * .pi / 2 + 0.1) }
        let ring = angles.sorted().map { angle in
            let far = radius * number(0.3...1)
            return (x + far * cos(angle), y + far * sin(angle) * 0.8)
        }
        return ring + [ring[0]]
    }
}
