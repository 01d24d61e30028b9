internal import Positioning

extension EdgeTree {
    /// Measures how far boxes are from one position.
    struct Ruler {
        /// The position, or the nearest to it of the grid.
        private let place: Place
        /// Steps from there to the position.
        private let outX: Float
        private let outY: Float
        /// Metres of a step.
        private let stepX_m: Float
        private let stepY_m: Float

        fileprivate init(_ tree: borrowing EdgeTree, _ position: Position, _ scale: MetresPerDegree) {
            let x = (position.longitude - tree.origin.longitude) / tree.step.longitude
            let y = (position.latitude - tree.origin.latitude) / tree.step.latitude
            place = Place(x, y)
            outX = Float(max(0, -x, x - 65_535))
            outY = Float(max(0, -y, y - 65_535))
            stepX_m = Float(tree.step.longitude * scale.longitude * Limits.edgeRulerSlack)
            stepY_m = Float(tree.step.latitude * scale.latitude * Limits.edgeRulerSlack)
        }

        /// Square metres that nothing within each of a node's boxes is nearer than; of a child that it has not, no less than of
        /// any that it has.
        @inline(__always)
        func squaresAtLeast_m2(to node: Node) -> SIMD8<Float> {
            let east = (Self.away(from: place.x, to: node.west, node.east) + outX) * stepX_m
            let north = (Self.away(from: place.y, to: node.south, node.north) + outY) * stepY_m
            return east * east + north * north
        }

        /// In whole steps: the box is wider by more than the position is cut.
        @inline(__always)
        private static func away(from steps: UInt16, to low: SIMD8<UInt16>, _ high: SIMD8<UInt16>) -> SIMD8<Float> {
            let steps = SIMD8<UInt16>(repeating: steps)
            // One of the two is 0.
            let away = low.excess(over: steps) | steps.excess(over: high)
            return SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: away))
        }

        /// A node's children, to be asked for from the nearest on.
        @inline(__always)
        func order(of node: Node) -> Order { Order(squaresAtLeast_m2(to: node)) }
    }

    func ruler(from position: Position, _ scale: MetresPerDegree) -> Ruler { Ruler(self, position, scale) }

    /// The children of a node by how far they are at least, without a branch that nobody could foresee.
    struct Order {
        /// Square metres, the child's number in the last three bits: so all differ, and the least tells whose it is.
        private var left: SIMD8<Float>

        @inline(__always)
        fileprivate init(_ squares_m2: SIMD8<Float>) {
            // Not so little that the bits of the number would be all there is.
            let bits = unsafe unsafeBitCast(squares_m2 + Limits.edgeOrderFloor_m2, to: SIMD8<UInt32>.self)
            let cleared = bits & SIMD8<UInt32>(repeating: ~7)
            left = unsafe unsafeBitCast(cleared | SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7), to: SIMD8<Float>.self)
        }

        /// The nearest that is left, if it may reach so near.
        @inline(__always)
        mutating func next(within reach_m2: Float) -> Int? {
            let (low, high) = (left.lowHalf, left.highHalf)
            let four = low.replacing(with: high, where: high .< low)
            let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .< four.lowHalf)
            let least = two.y < two.x ? two.y : two.x
            guard least < reach_m2 else { return nil }
            let never = SIMD8<Float>(repeating: .infinity)
            left = left.replacing(with: never, where: left .== SIMD8<Float>(repeating: least))
            return Int(least.bitPattern & 7)
        }
    }
}
