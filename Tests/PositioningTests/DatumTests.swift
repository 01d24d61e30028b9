import Glibc
import Testing

@testable import Positioning

@Suite struct DatumTests {
    /// Metres, on a sphere, of two places near each other.
    private func metres(_ a: Coordinate, _ b: Coordinate) -> Double {
        let north = (a.latitude - b.latitude) * 111_320
        let east = (a.longitude - b.longitude) * 111_320 * cos(a.latitude * .pi / 180)
        return (north * north + east * east).squareRoot()
    }

    @Test func aKnownPlaceInBeijing() {
        let shifted = Datum.gcj02.fromWGS84(Coordinate(latitude: 39.90105, longitude: 116.42079))
        #expect((shifted.latitude - 39.90245).magnitude < 0.000_01)
        #expect((shifted.longitude - 116.42703).magnitude < 0.000_01)
    }

    @Test(arguments: Datum.allCases)
    func roundTripsWithinAMillimetre(_ datum: Datum) {
        var state: UInt64 = 11
        func draw(_ range: ClosedRange<Double>) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Double(state >> 11) / Double(1 << 53) * (range.upperBound - range.lowerBound)
        }
        var worst = 0.0
        for _ in 0..<20_000 {
            let place = Coordinate(latitude: draw(0.84...55.81), longitude: draw(72.02...137.82))
            worst = max(worst, metres(datum.toWGS84(datum.fromWGS84(place)), place))
            worst = max(worst, metres(datum.fromWGS84(datum.toWGS84(place)), place))
        }
        #expect(worst < 0.001, "\(worst) m")
    }

    @Test func theShiftsAreOfTheSizeThatMapsShow() {
        let place = Coordinate(latitude: 31.2304, longitude: 121.4737)
        #expect((300...700).contains(metres(Datum.gcj02.fromWGS84(place), place)))
        #expect((600...1500).contains(metres(Datum.bd09.fromWGS84(place), place)))
        #expect(Datum.wgs84.fromWGS84(place) == place)
    }

    @Test(arguments: [(48.85, 2.35), (40.7, -74.0), (0.5, 100), (56, 100), (30, 138), (90, 180), (-90, -180)])
    func nothingChangesElsewhere(_ latitude: Double, _ longitude: Double) {
        let place = Coordinate(latitude: latitude, longitude: longitude)
        for datum in Datum.allCases {
            #expect(datum.fromWGS84(place) == place)
            #expect(datum.toWGS84(place) == place)
        }
    }

    @Test func atTheEdgesOfTheBoxItsInverseStillAnswers() {
        for longitude in [72.004, 72.0041, 137.8346, 137.8347] {
            for latitude in [0.8293, 0.8294, 55.827, 55.8271] {
                let place = Coordinate(latitude: latitude, longitude: longitude)
                for datum in Datum.allCases {
                    #expect(metres(datum.toWGS84(datum.fromWGS84(place)), place) < 0.01, "\(datum) \(place)")
                }
            }
        }
    }

    @Test func nonsenseIsHarmless() {
        let nothing = Coordinate(latitude: .nan, longitude: .infinity)
        #expect(Datum.gcj02.toWGS84(nothing).latitude.isNaN)
        #expect(Datum.bd09.fromWGS84(nothing).longitude == .infinity)
    }
}
