import Positioning
import Testing

@testable import Protocols

@Suite("Limits")
struct LimitsTests {
    @Test("A device remembers as many epochs as the limit says")
    func recentEpochs() {
        var recent = RecentEpochs()
        let times = (0...Limits.recentEpochs).map { TimeOfDay(microseconds: Int64($0) * 1_000_000, decimals: 0) }
        for time in times { recent.add(time, EpochImprint()) }
        #expect(!recent.contains(times[0]))
        for time in times.dropFirst() { #expect(recent.contains(time)) }
        #expect(recent.newest == times.last)
    }

    @Test("A text keeps as many bytes as the limit says, and is empty beyond")
    func identityText() {
        var text = ShortText()
        for _ in 0..<Limits.identityText {
            #expect(text.hasRoom)
            text.append(UInt8(ascii: "x"))
        }
        #expect(text.read { $0.count } == Limits.identityText)
        text.append(UInt8(ascii: "x"))
        #expect(text.read { $0.count } == 0 && !text.isEmpty)
    }

    @Test("Limits that depend upon each other")
    func relations() {
        #expect(Limits.deviceNameLength < Limits.identityText)
        #expect(Limits.identityText <= Limits.sentenceLength)
        #expect(Limits.sentenceLength <= Int(UInt16.max) - 1)
        #expect(Limits.cycleProof < Limits.cycleProofMost)
        #expect(Limits.clockAgreement_s < Limits.undatedAge_s)
        #expect(Limits.deviceNumberDigits <= Limits.deviceNameLength)
    }

    @Test("A device's state is small enough for as many as the limit says in 16 MiB")
    func memory() {
        #expect(MemoryLayout<DeviceStream>.stride * Limits.devicesPerStream <= 16 << 20)
        #expect(DeviceTable.bytesPerDevice <= Limits.decoderMemoryStep)
        #expect(MemoryLayout<UndatedFixes.Entry>.stride * Limits.undatedFixesPerStep <= Limits.decoderMemoryStep)
        #expect(Limits.undatedFixes % Limits.undatedFixesPerStep == 0)
    }
}
