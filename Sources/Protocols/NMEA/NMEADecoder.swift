public import Positioning

/// Reads NMEA 0183: bytes in any pieces, at most one report an epoch, exactly one where the receiver says it has a fix.
///
/// Of any talker: RMC, GGA, GLL, GNS, VTG, ZDA, GSA and GST; TAG blocks and trackers' forms of naming a device are
/// understood, everything else on the line (AIS, vendor sentences, JSON, binary protocols) is passed over.
///
/// - An epoch is what has one time of day. It is reported when the receiver's own cycle shows its end, else when the next
///   one begins, at ``pause(into:)`` or at ``finish(into:)``.
/// - A fix of dead reckoning, manual input or a simulator is a report without a rejection: `measurements.solution` says so.
/// - An epoch of which the receiver says that it has no fix is a report with ``Rejection/void`` and no coordinate.
/// - A fix whose date isn't known yet waits for one; where none comes it is given at the end with `time` `nil`.
/// - An alarm waits for nothing: where its epoch was reported already, or has no date, it is a report of its own, with
///   ``Rejection/duplicate`` or ``Rejection/undated``; one on a line without a sentence is one with ``Rejection/void``.
///
/// Streams of many devices are told apart by what the stream says (the rules are at ``DeviceNaming``); each has its epochs,
/// cycle and date. Memory is bounded: see ``MemoryRequest``, ``Limits/devicesPerStream``, ``Limits/undatedFixes`` and
/// ``Limits/sentenceLength``.
public struct NMEADecoder: FixDecoder {
    public private(set) var counters = DecoderCounters()

    private var framer: SentenceFramer
    private var naming = DeviceNaming()
    private var devices: DeviceTable
    private var outlet: Outlet

    /// - Parameters:
    ///   - requiresChecksum: pass over sentences without one. A wrong one is never accepted.
    ///   - deviceLimit: devices told apart at a time, at least 1.
    ///   - memory: asked before it keeps more than one device's.
    public init(
        requiresChecksum: Bool = true, deviceLimit: Int = Limits.devicesPerStream,
        memory: @escaping MemoryRequest = { true }
    ) {
        framer = SentenceFramer(requiresChecksum: requiresChecksum)
        devices = DeviceTable(capacity: deviceLimit, memory: memory)
        outlet = Outlet(memory: memory)
    }

    public var isPending: Bool { framer.isPending || devices.isPending }

    public mutating func decode(_ bytes: Span<UInt8>, into reports: inout [Report]) {
        counters.bytes &+= bytes.count
        giving(into: &reports) { decoder in
            var index = 0
            var fields = Fields()
            var sentence = Sentence()
            // The last TAG block that named its source, where it stands whole: mostly the next one is the same.
            var block = 0..<0
            while true {
                if decoder.framer.isBetweenFrames, bytes.repeats(block, at: index) {
                    index &+= block.count
                    decoder.framer.passTag()
                    decoder.naming.seeLastTagAgain()
                }
                guard let frame = decoder.framer.next(bytes, from: &index, splitInto: &fields) else { break }
                if let whole = decoder.framer.whole {
                    decoder.take(frame, bytes.extracting(whole), fields, reading: &sentence)
                    if case .tag = frame { block = decoder.naming.lastTagNames ? whole.lowerBound &- 1..<index : 0..<0 }
                } else {
                    if case .tag = frame { block = 0..<0 }
                    decoder.take(frame, reading: &sentence)
                }
            }
        }
    }

    @inline(__always)
    public mutating func endPacket(into reports: inout [Report]) {
        if framer.isMidLine { endLine(into: &reports) }
    }

    /// Seldom: nearly all packets end with a line end.
    @inline(never)
    private mutating func endLine(into reports: inout [Report]) {
        giving(into: &reports) { $0.flush(isEnd: false) }
    }

    public mutating func pause(into reports: inout [Report]) {
        giving(into: &reports) { decoder in
            decoder.flush(isEnd: false)
            decoder.devices.pause(into: &decoder.outlet)
        }
    }

    /// The decoder then stands as at its beginning, but for its counters.
    public mutating func finish(into reports: inout [Report]) {
        giving(into: &reports) { decoder in
            decoder.flush(isEnd: true)
            decoder.devices.finish(into: &decoder.outlet)
            decoder.outlet.releaseAll()
            decoder.framer = decoder.framer.renewed()
            decoder.naming = DeviceNaming()
        }
    }

    /// Lends the caller's array to the outlet, so that reports are written in place.
    private mutating func giving(into reports: inout [Report], _ body: (inout NMEADecoder) -> Void) {
        swap(&outlet.reports, &reports)
        let before = outlet.reports.count
        body(&self)
        counters.reports &+= outlet.reports.count - before
        swap(&outlet.reports, &reports)
    }

    private mutating func flush(isEnd: Bool) {
        var sentence = Sentence()
        while let frame = framer.flush(isEnd: isEnd) { take(frame, reading: &sentence) }
    }

    /// Takes a frame whose text was put together.
    private mutating func take(_ frame: SentenceFramer.Frame, reading sentence: inout Sentence) {
        let (text, count) = framer.assembled
        let span = text.span.extracting(0..<count)
        take(frame, span, frame == .sentence ? Fields(span) : Fields(), reading: &sentence)
    }

    /// - Parameters:
    ///   - text: a sentence's between its start and its star, a TAG block's without its checksum.
    ///   - fields: the text's.
    ///   - sentence: where it is read to.
    private mutating func take(
        _ frame: SentenceFramer.Frame, _ text: Span<UInt8>, _ fields: borrowing Fields,
        reading sentence: inout Sentence
    ) {
        switch frame {
        case .sentence:
            counters.frames &+= 1
            takeSentence(text, fields, reading: &sentence)
            naming.endTag()
        case .badChecksum:
            counters.badChecksums &+= 1
            naming.endTag()
        case .missingChecksum:
            counters.missingChecksums &+= 1
            naming.endTag()
        case .broken:
            counters.brokenFrames &+= 1
            naming.endTag()
        case .tag(let isWhole):
            if isWhole {
                naming.see(tag: text)
            } else {
                naming.seeDamagedTag()
            }
        case .text:
            naming.see(line: framer.before)
            takeAlarms(inLine: framer.before)
            naming.endTag()
        case .lineEnd:
            naming.endTag()
        }
        framer.clearLine(after: frame)
    }

    /// A tracker that calls for help where it sees no satellites sends its line without a sentence.
    private mutating func takeAlarms(inLine line: ShortText) {
        let alarms = line.read(AlarmWords.read)
        guard !alarms.isEmpty, let device = line.read(DeviceNaming.imei) else { return }
        var report = Report(device: device.string, time: nil, coordinate: nil, rejection: .void)
        report.alarms = alarms
        outlet.give(report)
    }

    private mutating func takeSentence(
        _ text: Span<UInt8>, _ fields: borrowing Fields, reading sentence: inout Sentence
    ) {
        guard framer.start == UInt8(ascii: "$"), sentence.read(text, fields) else {
            counters.skippedFrames &+= 1
            naming.see(skipped: text)
            return
        }
        sentence.checksum = framer.checksum
        if framer.after.isReadable { sentence.alarms = framer.after.read(AlarmWords.read) }
        let device =
            framer.isAlone ? naming.deviceOfLine : naming.device(before: framer.before, after: framer.after)
        guard device != .unknown else {
            counters.skippedFrames &+= 1
            return
        }
        devices.accept(sentence, of: device.name, into: &outlet)
    }
}
