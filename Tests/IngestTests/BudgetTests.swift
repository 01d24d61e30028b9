import Platform
import Positioning
import Protocols
import Synchronization
import TestSupport
import Testing

@testable import Ingest

@Suite struct BudgetTests {
    /// Threads that take and give back at random: never more than there is, and all is there in the end.
    @Test func neverGivesMoreThanItHas() throws {
        let budget = Budget(capacity: 50)
        let most = Atomic<Int>(0)
        let threads = try (0..<4).map { number in
            try WorkerThread(name: "taker \(number)") {
                var random = SeededGenerator(seed: UInt64(number))
                var held = 0
                for _ in 0..<20_000 {
                    if Bool.random(using: &random), budget.take() {
                        held += 1
                    } else if held > 0 {
                        budget.giveBack(1)
                        held -= 1
                    }
                    most.max(budget.inUse, ordering: .relaxed)
                }
                budget.giveBack(held)
            }
        }
        threads.forEach { $0.join() }
        let seen = most.load(ordering: .relaxed)
        #expect(seen <= 50 && seen > 25)
        #expect(budget.inUse == 0)
    }

    /// Many streams, each of many made-up devices: together they remember no more than the budget, each report comes all the
    /// same, and what is gone gives its places back.
    @Test func manyStreamsShareOne() {
        let budget = Budget(capacity: 200)
        var sessions = (0..<20).map { _ in
            Session(decoder: NMEADecoder(memory: budget.memoryForDecoder()), device: "d", source: 0)
        }
        var intake = Intake()
        for second in 0..<3 {
            for stream in sessions.indices {
                for device in 0..<50 {
                    let line = sentence("\\s:s\(stream)d\(device)", second: second)
                    sessions[stream].take(line.span, received: nil, into: &intake)
                }
                #expect(budget.inUse <= 200)
            }
        }
        #expect(budget.inUse == 200)
        for stream in sessions.indices { sessions[stream].finish(into: &intake) }
        #expect(intake.arrivals.count == 20 * 50 * 3)
        sessions = []
        #expect(budget.inUse == 0)
    }

    /// Fixes without a date wait for one; a thousand streams of them must not make a thousand times the memory.
    @Test func waitingFixesTakeFromItToo() {
        let budget = Budget(capacity: 100)
        var sessions = (0..<50).map { _ in
            Session(decoder: NMEADecoder(memory: budget.memoryForDecoder()), device: "d", source: 0)
        }
        var intake = Intake()
        for stream in sessions.indices {
            for second in 0..<100 {
                let line = checksummed(
                    "$GPGGA,\(120_000 + second / 60 * 100 + second % 60),3954.5220,N,11623.8500,E,1,9,0.8,10,M,,M,,")
                sessions[stream].take(line.span, received: nil, into: &intake)
            }
            #expect(budget.inUse <= 100)
        }
        for stream in sessions.indices { sessions[stream].finish(into: &intake) }
        #expect(intake.arrivals.count == 50 * 100)
        #expect(intake.arrivals.allSatisfy { $0.report.time == nil })
    }

    private func sentence(_ tag: String, second: Int) -> [UInt8] {
        let checked = tag.utf8.dropFirst().reduce(0) { $0 ^ $1 }
        let block = "\(tag)*\(hex(checked))\\"
        return Array(block.utf8) + checksummed("$GPRMC,1200\(10 + second),A,3954.5220,N,11623.8500,E,0.0,0.0,020326,,")
    }

    private func checksummed(_ text: String) -> [UInt8] {
        Array("\(text)*\(hex(text.utf8.dropFirst().reduce(0) { $0 ^ $1 }))\r\n".utf8)
    }

    private func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16, uppercase: true)
        return text.count < 2 ? "0\(text)" : text
    }
}
