public import Protocols

/// What a source has seen and done since it was made.
public struct SourceTotals: Equatable, Sendable {
    /// Bytes read.
    public var bytes = 0
    public var datagrams = 0
    /// Connections accepted.
    public var connections = 0
    /// Times that a serial line was opened.
    public var opens = 0
    /// Datagrams that the kernel dropped because the daemon did not read in time (SO_MEMINFO).
    public var kernelDrops = 0
    /// UDP sessions finished and forgotten to make room: ``Limits/udpSessions``.
    public var evictedSessions = 0
    /// Connections closed at once, for there were as many as `max_connections` allows.
    public var refusedConnections = 0
    /// Connections closed for their silence: ``Limits/tcpIdle``.
    public var idleConnections = 0
    /// Times that a connection was not read because the inlet was full.
    public var heldBack = 0
    /// Arrivals that the inlet did not take: closed, or full for longer than ``Limits/stopPatience`` at a stop.
    public var undelivered = 0
    /// Bytes that the kernel held for connections and that were not read by the end of a stop: ``Limits/tcpDrain``.
    public var unreadBytes = 0
    /// Times that a serial line could not be opened, or a connection not be accepted.
    public var openErrors = 0
    public var readErrors = 0
    /// The sum over all decoders of the source; its `reports` are the source's.
    public var decoder = DecoderCounters()

    public init() {}

    mutating func add(_ other: SourceTotals) {
        bytes &+= other.bytes
        datagrams &+= other.datagrams
        connections &+= other.connections
        opens &+= other.opens
        kernelDrops &+= other.kernelDrops
        evictedSessions &+= other.evictedSessions
        refusedConnections &+= other.refusedConnections
        idleConnections &+= other.idleConnections
        heldBack &+= other.heldBack
        undelivered &+= other.undelivered
        unreadBytes &+= other.unreadBytes
        openErrors &+= other.openErrors
        readErrors &+= other.readErrors
        decoder.add(other.decoder)
    }
}

extension DecoderCounters {
    public mutating func add(_ other: DecoderCounters) {
        bytes &+= other.bytes
        frames &+= other.frames
        badChecksums &+= other.badChecksums
        missingChecksums &+= other.missingChecksums
        brokenFrames &+= other.brokenFrames
        skippedFrames &+= other.skippedFrames
        reports &+= other.reports
    }

    func since(_ earlier: DecoderCounters) -> DecoderCounters {
        var result = DecoderCounters()
        result.bytes = bytes &- earlier.bytes
        result.frames = frames &- earlier.frames
        result.badChecksums = badChecksums &- earlier.badChecksums
        result.missingChecksums = missingChecksums &- earlier.missingChecksums
        result.brokenFrames = brokenFrames &- earlier.brokenFrames
        result.skippedFrames = skippedFrames &- earlier.skippedFrames
        result.reports = reports &- earlier.reports
        return result
    }
}
