/// D. Hilbert's curve through a square of 2^32 by 2^32 cells: what is near on it is near in the plane, so that pieces of it
/// fill compact boxes, of whatever length they are.
enum HilbertCurve {
    /// How far along the curve a cell is.
    static func distance(to x: UInt32, _ y: UInt32) -> UInt64 {
        var (x, y) = (x, y)
        var distance: UInt64 = 0
        var size: UInt32 = 1 << 31
        while size > 0 {
            let (isEast, isNorth) = (x & size != 0, y & size != 0)
            let quarter: UInt64 = isEast ? isNorth ? 2 : 3 : isNorth ? 1 : 0
            distance += UInt64(size) * UInt64(size) * quarter
            // Within a quarter the curve is turned, and reflected.
            if !isNorth {
                if isEast { (x, y) = (~x, ~y) }
                swap(&x, &y)
            }
            size >>= 1
        }
        return distance
    }
}
