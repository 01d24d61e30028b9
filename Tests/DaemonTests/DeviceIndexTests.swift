@testable import Daemon
import TestSupport
import Testing

/// The index of devices against a dictionary.
@Suite struct DeviceIndexTests {
    private static func expectSame(_ names: [String], absent: [String]) {
        var index = DeviceIndex()
        var numbers: [String: Int] = [:]
        for name in names {
            // A guess may be old, or another's.
            for guess in [-1, Int32(numbers.count / 2) - 1, index.guesses([DeviceHash(name)])[0]] {
                #expect(index.number(of: name, DeviceHash(name), guess: guess) == numbers[name], "\(name)")
            }
            guard numbers[name] == nil else { continue }
            numbers[name] = numbers.count
            #expect(index.add(name, DeviceHash(name)) == numbers[name])
        }
        #expect(index.count == numbers.count)
        for (name, number) in numbers {
            #expect(index.number(of: name, DeviceHash(name), guess: -1) == number, "\(name)")
        }
        for name in absent { #expect(index.number(of: name, DeviceHash(name), guess: -1) == nil, "\(name)") }
    }

    @Test func findsWhatWasAdded() {
        let names = (0..<2000).map { "sim-\($0)" } + (0..<500).map { "\(860_000_000_000_000 + $0 * 7)" }
        Self.expectSame(names + names.reversed(), absent: ["", "sim-2000", "sim-", "86000000000000"])
    }

    /// Far more ids than there are places to look at, which all have the same place first, however large the index grows.
    @Test func idsThatWereMadeUpToCollideAreFound() {
        var byPlace: [UInt64: [String]] = [:]
        for number in 0..<40_000 {
            let name = "attacker-\(number)"
            let hash = DeviceHash(name).value
            byPlace[(hash ^ hash >> 32) & 511, default: []].append(name)
        }
        let colliding = byPlace.values.max { $0.count < $1.count } ?? []
        #expect(colliding.count > 60)
        Self.expectSame(Array(colliding.dropLast(10)), absent: Array(colliding.suffix(10)))
    }
}
