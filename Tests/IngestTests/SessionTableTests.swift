import Platform
import Positioning
import Protocols
import TestSupport
import Testing

@testable import Ingest

@Suite struct SessionTableTests {
    /// Against an array that is searched.
    @Test(arguments: 0..<20 as Range<UInt64>) func theLinkedOrderAgreesWithAnArray(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var order = LinkedOrder()
        var model: [Int] = []
        for _ in 0..<400 {
            let slot = Int.random(in: 0..<12, using: &random)
            model.removeAll { $0 == slot }
            if Bool.random(using: &random) {
                order.putLast(slot)
                model.append(slot)
            } else {
                order.remove(slot)
            }
            #expect(order.first == model.first, "seed \(seed)")
            #expect((0..<12).allSatisfy { order.contains($0) == model.contains($0) }, "seed \(seed)")
        }
        while let slot = order.first {
            #expect(slot == model.removeFirst(), "seed \(seed)")
            order.remove(slot)
        }
        #expect(model.isEmpty, "seed \(seed)")
    }

    /// Whatever peers do, each one's open epoch is given exactly once: by its next line, the pause, its eviction or the end.
    @Test(arguments: 0..<20 as Range<UInt64>) func givesEveryEpochOnce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = SessionTable(capacity: 4) { peer in
            Session(decoder: LineDecoder(), device: "\(peer.port)", source: 0)
        }
        var intake = Intake()
        var now = MonotonicTime(nanoseconds: 0)
        var lastHeard: [UInt16: MonotonicTime] = [:]
        for number in 0..<300 {
            now = now + .milliseconds(Int.random(in: 0...400, using: &random))
            let peer = PeerAddress(high: 0, low: 0, port: UInt16.random(in: 0..<8, using: &random))
            let line = Array("~- \(number) 1 2\n".utf8)
            table.take(line.span, from: peer, at: now, received: Timestamp(microseconds: 0), into: &intake)
            lastHeard[peer.port] = now
            #expect(table.count <= 4, "seed \(seed)")
            let before = intake.arrivals.count
            table.pauseQuiet(at: now, into: &intake)
            for arrival in intake.arrivals[before...] {
                let quiet = now - (UInt16(arrival.device).flatMap { lastHeard[$0] } ?? now)
                #expect(quiet >= Limits.epochPause, "seed \(seed)")
            }
            if let next = table.nextPause { #expect(next > now, "seed \(seed)") }
        }
        table.finishAll(into: &intake)
        #expect(intake.arrivals.map(\.second).sorted() == Array(0..<300), "seed \(seed)")
        #expect(intake.totals.decoder.reports == 300 && table.count == 0 && table.nextPause == nil, "seed \(seed)")
    }
}
