import Positioning
import Protocols

/// One peer's stream: its decoder, and who it is. What one peer leaves half said never meets another's bytes.
struct Session {
    private var decoder: any FixDecoder
    /// Who it is where the stream does not say.
    private let device: String
    private let source: Int
    private let origin: String
    private var counted = DecoderCounters()
    private var lastReceived: Timestamp?

    init(decoder: any FixDecoder, device: String, source: Int, origin: String = "") {
        self.decoder = decoder
        self.device = device
        self.source = source
        self.origin = origin
    }

    /// Whether ``pause(into:)`` would give something.
    var isPending: Bool { decoder.isPending }

    /// Whole and right frames so far.
    var frames: Int { counted.frames }

    /// - Parameter isPacket: the bytes are a packet, and no piece of a stream.
    mutating func take(
        _ bytes: Span<UInt8>, isPacket: Bool = false, received: Timestamp?, into intake: inout Intake
    ) {
        lastReceived = received
        intake.totals.bytes &+= bytes.count
        decoder.decode(bytes, into: &intake.reports)
        if isPacket { decoder.endPacket(into: &intake.reports) }
        settle(into: &intake)
    }

    mutating func pause(into intake: inout Intake) {
        decoder.pause(into: &intake.reports)
        settle(into: &intake)
    }

    mutating func finish(into intake: inout Intake) {
        decoder.finish(into: &intake.reports)
        settle(into: &intake)
    }

    private mutating func settle(into intake: inout Intake) {
        for report in intake.reports {
            intake.arrivals.append(
                Arrival(
                    device: report.device ?? device, report: report, received: lastReceived, source: source,
                    origin: origin))
        }
        intake.reports.removeAll(keepingCapacity: true)
        let now = decoder.counters
        intake.totals.decoder.add(now.since(counted))
        counted = now
    }
}

/// What one round of reading gave, over all sessions that it touched.
struct Intake {
    var arrivals: [Arrival] = []
    var totals = SourceTotals()
    /// Room that the sessions share.
    fileprivate(set) var reports: [Report] = []

    /// Gives that room back: where there are many of these, each used seldom.
    mutating func releaseRoom() { reports = [] }
}
