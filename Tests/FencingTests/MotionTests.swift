import Fencing
import Glibc
import Positioning
import Testing

@Suite struct MotionTests {
    private func motion(
        _ second: Double, east_m: Double, north_m: Double = 0, speed_mps: Double?, course_deg: Double? = 90
    ) -> Motion {
        Motion(
            time: Timestamp(microseconds: Int64(second * 1e6)),
            coordinate: Receiver.coordinate(east_m: east_m, north_m: north_m), accuracy_m: 4, speed_mps: speed_mps,
            course_deg: course_deg)
    }

    @Test func theWayThatAVelocityForetells() {
        let start = motion(0, east_m: 0, speed_mps: 9)
        #expect(start.leads(to: motion(30, east_m: 270, speed_mps: 9)))
        // Stopped on the way, at any time; started from a stand.
        #expect(start.leads(to: motion(30, east_m: 120, speed_mps: 0)))
        #expect(motion(0, east_m: 0, speed_mps: 0).leads(to: motion(30, east_m: 120, speed_mps: 9)))
        // A bend.
        #expect(start.leads(to: motion(10, east_m: 87, north_m: -16, speed_mps: 9, course_deg: 110)))
    }

    @Test func theWaysThatItDoesNotForetell() {
        let start = motion(0, east_m: 0, speed_mps: 9)
        // Too far, too short, aside, back, a turn about, a long silence, a standstill, no speed, backwards in time.
        #expect(!start.leads(to: motion(30, east_m: 400, speed_mps: 9)))
        #expect(!start.leads(to: motion(30, east_m: 150, speed_mps: 9)))
        #expect(!start.leads(to: motion(30, east_m: 250, north_m: 100, speed_mps: 9)))
        #expect(!start.leads(to: motion(30, east_m: -100, speed_mps: 0)))
        #expect(!start.leads(to: motion(30, east_m: 0, speed_mps: 9, course_deg: 270)))
        #expect(!start.leads(to: motion(120, east_m: 1080, speed_mps: 9)))
        #expect(!motion(0, east_m: 0, speed_mps: 0).leads(to: motion(30, east_m: 30, speed_mps: 0)))
        #expect(!start.leads(to: motion(30, east_m: 270, speed_mps: nil)))
        let aimless = motion(0, east_m: 0, speed_mps: 9, course_deg: nil)
        #expect(!aimless.leads(to: motion(30, east_m: 270, speed_mps: 9, course_deg: nil)))
        #expect(!start.leads(to: motion(-30, east_m: -270, speed_mps: 9)))
    }

    /// A stray of 600 m, in whatever direction, at whatever speed, standing or driving evenly, is never borne out.
    @Test func noStrayIsBorneOut() {
        for speed in [0.0, 1.4, 5, 9, 15, 25, 40] {
            for gap in [1.0, 5, 10, 15, 30] {
                for angle in stride(from: 0.0, to: 360, by: 5) {
                    let stray = motion(
                        gap, east_m: speed * gap + 600 * cos(angle * .pi / 180), north_m: 600 * sin(angle * .pi / 180),
                        speed_mps: speed)
                    #expect(
                        !motion(0, east_m: 0, speed_mps: speed).leads(to: stray), "\(speed) m/s, \(gap) s, \(angle)°")
                }
            }
        }
    }
}
