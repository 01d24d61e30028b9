import Fencing
import Positioning
import Testing

@testable import Anomalies

/// States as the version before wrote them: what they had is not lost.
@Suite struct FormerStatesTests {
    /// - Parameters:
    ///   - blanks: of the rules before, and after.
    private func states(
        blanksBefore: Int, after: Int, _ write: (inout SnapshotWriter) -> Void
    ) throws -> TrackStates {
        var out = SnapshotWriter()
        for _ in 0..<blanksBefore { out.byte(1) }
        out.byte(0)
        write(&out)
        for _ in 0..<after { out.byte(1) }
        var (input, states) = (SnapshotReader(out.bytes), TrackStates())
        try states.read(from: &input, isFormer: true)
        #expect(throws: SnapshotError.self) { try input.byte() }
        return states
    }

    private static let time = Timestamp(microseconds: 1_772_413_200_000_000)

    private func quiet(_ out: inout SnapshotWriter) {
        out.byte(0)
        out.byte(0)
    }

    @Test func aFrozenRunGoesOn() throws {
        let states = try states(blanksBefore: 0, after: 11) { out in
            out.byte(1)
            out.double(39.9)
            out.double(116.4)
            out.integer(Self.time.microseconds)
            out.integer(0x1234_5678_9ABC_DEF0)
            out.byte(1)
            out.integer(17)
            quiet(&out)
        }
        #expect(states.frozen.run.since == Self.time && states.frozen.run.fixes == 17)
        #expect(states.frozen.run.othersMove && states.frozen.run.others == 0x1234_5678)
    }

    @Test func aPerfectRunGoesOn() throws {
        let states = try states(blanksBefore: 1, after: 10) { out in
            out.byte(1)
            out.double(4)
            out.double(45)
            out.double(10)
            out.integer(Self.time.microseconds)
            out.integer(5_000_000)
            out.integer(29)
            quiet(&out)
        }
        var measurements = Measurements()
        (measurements.reportedAccuracy_m, measurements.altitude_m, measurements.speed_mps) = (4, 45, 10)
        let coordinate = Coordinate(latitude: 39.9, longitude: 116.4)
        let fix = Fix(time: Self.time, coordinate: coordinate, measurements: measurements)
        let motion = Motion(time: Self.time, coordinate: coordinate, accuracy_m: 4, speed_mps: 10, heading: nil)
        let ground = Ground([], since: Self.time, distance: { _, _ in 0 }, near: { _, _ in [] })
        let isLike = states.tooPerfect.run.isLike(
            TooPerfect.Run(at: Observation(fix: fix, here: motion, ground: ground)))
        #expect(isLike && states.tooPerfect.run.since == Self.time && states.tooPerfect.run.fixes == 29)
    }

    @Test func aSuspicionOfTheDatumGoesOn() throws {
        let states = try states(blanksBefore: 11, after: 0) { out in
            out.byte(0)
            out.byte(0)
            out.integer(2)
            for (fence, isTold) in [("f0", true), ("f1", false)] {
                out.string(fence)
                out.integer(Self.time.microseconds)
                out.double(3.0 / 256)
                out.integer(4)
                out.integer(3)
                out.byte(isTold ? 1 : 0)
            }
            quiet(&out)
        }
        let cases = states.wrongDatum.cases
        #expect(
            cases.map(\.fence) == ["f0", "f1"].map { Fence.digest(of: $0) } && cases.map(\.isTold) == [true, false])
        #expect(cases.allSatisfy { $0.newest == Self.time && $0.visits == 4 && $0.hypothesis == .fenceBD09 })
        #expect(cases.allSatisfy { $0.chance == 3.0 / 256 } && states.wrongDatum.told == "f0")
    }
}
