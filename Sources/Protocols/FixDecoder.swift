public import Positioning

/// Turns the bytes of one source into reports, incrementally: bytes come in any pieces, and no piece boundary changes what comes out,
/// but for those that the source says.
///
/// A decoder does no I/O and knows no clock; whoever feeds it tells it when the line has gone quiet.
public protocol FixDecoder: Sendable {
    /// Takes the next bytes of the stream and appends to `reports` every report that they complete.
    mutating func decode(_ bytes: Span<UInt8>, into reports: inout [Report])

    /// The bytes up to here came as a packet, as a datagram is one: what stands at its end, and is no message half said, is complete.
    mutating func endPacket(into reports: inout [Report])

    /// The line has been quiet for ``Limits/epochPause_s``: what is pending is complete.
    mutating func pause(into reports: inout [Report])

    /// The input has ended: gives all that is held.
    mutating func finish(into reports: inout [Report])

    /// Counts since the decoder was made.
    var counters: DecoderCounters { get }

    /// Whether ``pause(into:)`` would have anything to give: lets a source skip its timer.
    var isPending: Bool { get }
}

/// What a decoder has read and passed over.
public struct DecoderCounters: Equatable, Sendable {
    public var bytes = 0
    /// Frames (sentences, packets) that were whole and right.
    public var frames = 0
    public var badChecksums = 0
    /// Frames without the checksum that the protocol requires.
    public var missingChecksums = 0
    /// Frames over the protocol's length, or cut short.
    public var brokenFrames = 0
    /// Whole frames of a type that says nothing of a position.
    public var skippedFrames = 0
    public var reports = 0

    public init() {}
}
