/// Brings the parts of a shape that was split at the antimeridian (RFC 7946, section 3.1.9) side by side again.
enum Antimeridian {
    /// - Parameter parts: each its lines or rings.
    /// - Returns: the parts as they are, or, where some end at 180 and others begin at −180, with those of the western
    ///   hemisphere moved by a turn, so that they lie beside the others; all of them by as many turns as bring the
    ///   shape's west to −180..<180.
    static func joined(_ parts: [[[Position]]]) -> [[[Position]]] {
        let boxes = parts.map { Box(of: [$0]) }
        let isSplit =
            boxes.contains { $0.east == 180 && $0.west > -180 } && boxes.contains { $0.west == -180 && $0.east < 180 }
        let beside = zip(parts, boxes).map { part, box in
            isSplit && box.middle.longitude < 0 ? shifted(part, by: 360) : part
        }
        let west = Box(of: beside).west
        let turns = -360 * ((west + 180) / 360).rounded(.down)
        return turns == 0 || !turns.isFinite ? beside : beside.map { shifted($0, by: turns) }
    }

    private static func shifted(_ part: [[Position]], by degrees: Double) -> [[Position]] {
        part.map { line in line.map { $0.shifted(by: degrees) } }
    }
}
