import Positioning
import TestSupport
import Testing

@testable import Store

@Suite struct FixChunkTests {
    /// As a receiver gives them: degrees and minutes, knots, one or two decimals.
    private static func received(_ count: Int, _ random: inout SeededGenerator) -> [StoredFix] {
        var minutes = (latitude: 2_394_523_456 as Int64, longitude: 6_983_851_234 as Int64)
        let hasAltitude = Bool.random(using: &random)
        return (0..<count).map { place in
            minutes.latitude += .random(in: -900...900, using: &random)
            minutes.longitude += .random(in: -900...900, using: &random)
            var measurements = Measurements()
            measurements.hdop = Double(Int.random(in: 7...15, using: &random)) / 10
            measurements.satellites = .random(in: 5...12, using: &random)
            measurements.speed_mps = Double(Int.random(in: 400...700, using: &random)) / 100 * (1852.0 / 3600)
            measurements.course_deg = Double(Int.random(in: 12000...13000, using: &random)) / 100
            measurements.altitude_m = hasAltitude ? Double(Int.random(in: 400...500, using: &random)) / 10 : nil
            measurements.dimensions = 3
            measurements.solution = .autonomous
            let fix = Fix(
                time: Timestamp(microseconds: 1_772_413_200_000_000 + Int64(place) * 1_000_000),
                coordinate: Coordinate(
                    latitude: Double(minutes.latitude) / (60 * 1e5), longitude: Double(minutes.longitude) / (60 * 1e5)),
                measurements: measurements)
            return StoredFix(id: Int64(place) * 10_000 + .random(in: 0...40, using: &random), fix: fix, received: nil)
        }
    }

    /// Whatever a column can hold.
    private static func any(_ count: Int, _ random: inout SeededGenerator) -> [StoredFix] {
        func number(_ random: inout SeededGenerator) -> Double {
            switch Int.random(in: 0..<9, using: &random) {
            case 6: Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 1000
            case 7: Double(Int64.random(in: -10_800_000_000...10_800_000_000, using: &random)) / 60e6
            case 8: Double(Int.random(in: 0...100_000, using: &random)) / 1000 / 3.6
            case 0: Double(Int.random(in: -1000...1000, using: &random)) / 7
            case 1: Double(bitPattern: UInt64.random(in: 0...0x7FEF_FFFF_FFFF_FFFF, using: &random))
            case 2: -0.0
            case 3:
                [.infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude].randomElement(using: &random)!
            case 4: Double(Int64.random(in: .min ... .max, using: &random))
            default: Double(Int.random(in: 0...10, using: &random))
            }
        }
        func some<Value>(_ value: Value, _ random: inout SeededGenerator) -> Value? {
            Int.random(in: 0..<4, using: &random) == 0 ? nil : value
        }
        var ids: [Int64] = (0..<count).map { _ in .random(in: .min ... .max, using: &random) }
        if Bool.random(using: &random) { ids = (0..<count).map { Int64($0) } }
        return ids.map { id in
            var measurements = Measurements()
            measurements.reportedAccuracy_m = some(number(&random), &random)
            measurements.hdop = some(number(&random), &random)
            measurements.satellites = some(.random(in: .min ... .max, using: &random), &random)
            measurements.speed_mps = some(number(&random), &random)
            measurements.course_deg = some(number(&random), &random)
            measurements.altitude_m = some(number(&random), &random)
            measurements.dimensions = some(.random(in: 0...3, using: &random), &random)
            measurements.solution = Solution.allCases.randomElement(using: &random)
            let fix = Fix(
                time: Timestamp(microseconds: .random(in: .min ... .max, using: &random)),
                coordinate: Coordinate(latitude: number(&random), longitude: number(&random)),
                measurements: measurements, weeksAdded: .random(in: 0...1 << 40, using: &random))
            let received = Timestamp(microseconds: .random(in: .min ... .max, using: &random))
            return StoredFix(id: id, fix: fix, received: some(received, &random))
        }
    }

    /// Every bit: −0 is another than 0.
    private static func isSame(_ a: StoredFix, _ b: StoredFix) -> Bool {
        func bits(_ fix: StoredFix) -> [UInt64?] {
            let (coordinate, said) = (fix.fix.coordinate, fix.fix.measurements)
            return [
                coordinate.latitude, coordinate.longitude, said.reportedAccuracy_m, said.hdop, said.speed_mps,
                said.course_deg, said.altitude_m,
            ].map { ($0 as Double?)?.bitPattern }
        }
        return a == b && bits(a) == bits(b)
    }

    @Test(arguments: 1...60) func whatComesOutIsWhatWentIn(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...200, using: &random)
        for fixes in [Self.received(count, &random), Self.any(count, &random)] {
            let bytes = FixChunk.bytes(of: fixes[...])
            let back = try FixChunk.fixes(in: bytes, count: count)
            #expect(back.count == count && zip(fixes, back).allSatisfy(Self.isSame), "seed \(seed)")
            #expect(try FixChunk.times(in: bytes, count: count) == fixes.map(\.time_us))
            let devices = fixes.map { _ in Int64.random(in: 0...(1 << 40), using: &random) }
            let page = Self.page(of: fixes, devices)
            let arrived = try FixPage.fixes(in: page.bytes(), from: page.first, count: count)
            #expect(arrived.map(\.device) == devices && page.count == count && page.last == fixes.last?.id)
            #expect(zip(fixes, arrived).allSatisfy { Self.isSame($0, $1.stored) }, "seed \(seed)")
        }
    }

    private static func page(of fixes: [StoredFix], _ devices: [Int64]) -> FixPage {
        var page = FixPage(from: fixes[0].id)
        for (fix, device) in zip(fixes, devices) {
            page.append(fix.fix, id: fix.id, of: device, received: fix.received)
        }
        return page
    }

    /// A disk that gives back other bytes ends in an error or in other fixes, never in a trap.
    @Test(arguments: 1...40) func damagedBytesAreRead(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixes = Self.received(100, &random) + Self.any(3, &random)
        var bytes = FixChunk.bytes(of: fixes[...])
        var page = Self.page(of: fixes, fixes.map { _ in 7 }).bytes()
        for _ in 0..<40 {
            page[Int.random(in: 0..<page.count, using: &random)] = .random(in: .min ... .max, using: &random)
            _ = try? FixPage.fixes(in: page, from: 1, count: 200)
            bytes[Int.random(in: 1..<bytes.count, using: &random)] = .random(in: .min ... .max, using: &random)
            _ = try? FixChunk.fixes(in: bytes, count: fixes.count)
            _ = try? FixChunk.fixes(in: Array(bytes.prefix(.random(in: 0..<bytes.count, using: &random))), count: 500)
        }
        #expect(throws: DamagedChunk.self) { try FixChunk.fixes(in: [], count: 1) }
        #expect(throws: DamagedChunk.self) { try FixChunk.fixes(in: [9], count: 1) }
        #expect(throws: DamagedChunk.self) { try FixChunk.fixes(in: Array(bytes.prefix(20)), count: fixes.count) }
    }

    /// As many as a page takes leave no bytes over in another one of the file, which has 4,061 for a row; numbers that lie on no grid
    /// neither.
    @Test(arguments: [1, 7]) func aPageFitsOneOfTheFile(divisor: Double) {
        var random = SeededGenerator(seed: 7)
        var page = FixPage(from: 1_000_000_000)
        for var stored in Self.received(500, &random) where !page.isFull {
            stored.fix.coordinate.latitude /= divisor
            stored.fix.coordinate.longitude /= divisor
            var said = stored.fix.measurements
            said.reportedAccuracy_m = 1 / divisor
            said.hdop = said.hdop.map { $0 / divisor }
            said.speed_mps = said.speed_mps.map { $0 / divisor }
            said.course_deg = said.course_deg.map { $0 / divisor }
            said.altitude_m = 0.1 / divisor
            said.satellites = .random(in: 0...99, using: &random)
            said.dimensions = .random(in: 2...3, using: &random)
            stored.fix.measurements = said
            stored.fix.weeksAdded = .random(in: 0...1024, using: &random)
            page.append(
                stored.fix, id: page.last + 1, of: .random(in: 0...2_000_000, using: &random),
                received: stored.fix.time.advanced(bySeconds: .random(in: -1e6...1e6, using: &random)))
        }
        #expect(page.isFull && page.bytes().count <= 4061 - 20)
    }

    /// Of many devices in turn, as a batch has them.
    @Test func aReceiversFixIsShortInAPage() {
        var random = SeededGenerator(seed: 7)
        let fixes = Self.received(100, &random).map { fix in
            var fix = fix
            fix.received = fix.fix.time.advanced(bySeconds: .random(in: 0...1, using: &random))
            return fix
        }
        let bytes = Self.page(of: fixes, fixes.map { _ in .random(in: 0...10_000, using: &random) }).bytes()
        #expect(bytes.count <= 30 * fixes.count)
    }

    /// Also those that no receiver gives: payloads of NaN, and whole numbers that a grid only just has, or has no more.
    @Test(arguments: 1...50) func aNumberComesBackBitByBit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let grids = [GridChoice.degrees, .speeds, .others].randomElement(using: &random)!
        let numbers = (0..<200).map { place in
            switch place % 5 {
            case 0: Double(bitPattern: .random(in: 0...UInt64.max, using: &random))
            case 1: Double(bitPattern: 0x7FF0_0000_0000_0000 | .random(in: 0...0xFFF, using: &random))
            case 2: Double.random(in: 8.9e15...9.1e15, using: &random) * (Bool.random(using: &random) ? 1 : -1)
            case 3:
                Double.random(in: 8.9e15...9.1e15, using: &random)
                    / [60e6, 1e7, 60e7, 100].randomElement(using: &random)!
            default: Double(Int.random(in: -20_000...20_000, using: &random)) / 100
            }
        }
        var writer = BitWriter()
        var last: Int64 = 0
        for number in numbers { writer.append(number, on: grids, after: &last) }
        var reader = BitReader(writer.finish(), from: 0)
        last = 0
        for number in numbers {
            #expect(try reader.readNumber(on: grids, after: &last).bitPattern == number.bitPattern, "seed \(seed)")
        }
    }

    /// A receiver's fix takes ten bytes at most, of some 25 that it takes in a page.
    @Test func aReceiversFixIsSmall() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<10 {
            let fixes = Self.received(Limits.chunkFixes, &random)
            #expect(FixChunk.bytes(of: fixes[...]).count <= 10 * fixes.count)
        }
    }

    @Test(arguments: 1...200) func integersOfAnySize(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let most = Int64.max >> Int64.random(in: 0...62, using: &random)
        let unit = [1, 7, 1000, 1_000_000].randomElement(using: &random) ?? 1 as Int64
        let values = (0..<Int.random(in: 1...50, using: &random)).map { place in
            place % 9 == 8
                ? Int64.random(in: .min ... .max, using: &random)
                : .random(in: -most...most, using: &random) / unit * unit
        }
        var writer = BitWriter()
        IntegerColumn.write(values, to: &writer)
        var reader = BitReader(writer.finish(), from: 0)
        #expect(try IntegerColumn.read(values.count, from: &reader) == values, "seed \(seed)")
    }
}
