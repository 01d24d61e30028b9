import Anomalies
import Engine
import Positioning
import TestSupport
import Testing

/// A power cut: all devices of a large fleet fall silent at once.
@Suite struct ManyDevicesTests {
    private static let devices = 9000

    /// Each is told of once, at the same moment, some with each batch; and nothing is looked at twice meanwhile.
    @Test func allAreToldOfAFewAtATime() throws {
        var rules = Rules.none
        var silence = Silence()
        silence.scope.hours = DrawnLink.hours()
        rules.silence = silence
        let shard = try Shard([FenceVersion(try World.squares(at: []))], rules: rules, history: MemoryHistory())
        for number in 0..<Self.devices {
            var decisions = Decisions()
            _ = try shard.step(
                device: "dev-\(number)", report: World.report(0, 0), received: World.start, decisions: &decisions)
        }
        var told: [String] = []
        var second = 0.0
        while second < 700 {
            second += second < 620 ? 10 : 1
            let passed = shard.wait(until: World.start.advanced(bySeconds: second))
            #expect(passed.count <= Limits.looksAtOnce)
            #expect(second > 630 || passed.isEmpty)
            #expect(passed.map(\.device) == passed.map(\.device).sorted())
            for (device, decisions) in passed {
                told.append(device)
                #expect(decisions.events.count == 1)
                #expect(decisions.events[0].detected == World.start.advanced(bySeconds: 600))
            }
            #expect(shard.takeDueLinks().map(\.device) == passed.map(\.device))
        }
        #expect(told.count == Self.devices && Set(told).count == Self.devices)
    }
}
