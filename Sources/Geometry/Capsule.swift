/// All that is within some metres of a segment, in a plane: convex, so a straight way meets it in one piece.
struct Capsule {
    private let segment: Boundary.Segment
    private let metres: Double
    private let scale: MetresPerDegree

    init(_ segment: Boundary.Segment, metres: Double, _ scale: MetresPerDegree) {
        self.segment = segment
        self.metres = metres
        self.scale = scale
    }

    func passage(from a: Position, to b: Position) -> ClosedRange<Double>? {
        let way = vector(a, b)
        let length = way.x * way.x + way.y * way.y
        var first = Double.infinity
        var last = -Double.infinity
        func hit(_ fraction: Double) {
            first = min(first, fraction)
            last = max(last, fraction)
        }
        for end in [segment.from, segment.to] {
            let to = vector(a, end)
            let (toward, square) = (to.x * way.x + to.y * way.y, to.x * to.x + to.y * to.y - metres * metres)
            let root = toward * toward - length * square
            guard length > 0, root >= 0 else { continue }
            hit((toward - root.squareRoot()) / length)
            hit((toward + root.squareRoot()) / length)
        }
        let along = vector(segment.from, segment.to)
        let own = (along.x * along.x + along.y * along.y).squareRoot()
        let across = along.x * way.y - along.y * way.x
        if own > 0, across != 0 {
            let start = vector(segment.from, a)
            for side in [-metres, metres] {
                let fraction = (side * own - (along.x * start.y - along.y * start.x)) / across
                let (x, y) = (start.x + fraction * way.x, start.y + fraction * way.y)
                let place = (x * along.x + y * along.y) / (own * own)
                if place >= 0, place <= 1 { hit(fraction) }
            }
        }
        guard first <= 1, last >= 0 else { return nil }
        return max(0, first)...min(1, last)
    }

    private func vector(_ from: Position, _ to: Position) -> (x: Double, y: Double) {
        ((to.longitude - from.longitude) * scale.longitude, (to.latitude - from.latitude) * scale.latitude)
    }
}
