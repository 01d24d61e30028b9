public import Platform
public import Protocols

/// A running place where bytes come from.
public protocol Source: Sendable {
    /// Opens it and begins to read on a thread of its own.
    /// - Throws: at once what cannot mend itself: an address in use, a missing permission, something that is no serial line.
    func start() throws(SourceError)

    /// Ends it, once: what is pending is finished and put into the inlet, and its threads are joined. Takes
    /// ``Limits/stopPatience`` and little more at the most. What the inlet did not take by then is counted as undelivered.
    func stop()
}

/// What every source is tied to.
public struct SourceWiring: Sendable {
    /// The source's place in the configuration, from 0.
    public var source: Int
    public var inlet: Inlet
    public var identity: IdentityRules
    /// Makes the decoder of a new peer.
    public var makeDecoder: @Sendable () -> any FixDecoder
    public var counters: SourceCounters
    /// Stamps what arrives; one for all sources.
    public var clock: ArrivalClock
    /// How long a source may let bytes gather before it reads on; .zero where each is to be read as soon as it comes.
    public var gathering: Duration
    /// Called on the source's thread, seldom: once for a trouble and once when it is over.
    public var log: @Sendable (SourceLogLevel, String) -> Void

    public init(
        source: Int = 0, inlet: Inlet, identity: IdentityRules = IdentityRules(),
        makeDecoder: @escaping @Sendable () -> any FixDecoder, counters: SourceCounters = SourceCounters(),
        clock: ArrivalClock = ArrivalClock(), gathering: Duration = .zero,
        log: @escaping @Sendable (SourceLogLevel, String) -> Void = { _, _ in }
    ) {
        self.source = source
        self.inlet = inlet
        self.identity = identity
        self.makeDecoder = makeDecoder
        self.counters = counters
        self.clock = clock
        self.gathering = gathering
        self.log = log
    }

    func makeSession(at address: String, by scheme: String) -> Session {
        Session(
            decoder: makeDecoder(), device: identity.device(at: address, by: scheme), source: source,
            origin: "\(scheme):\(address)")
    }
}

/// How much a source's word matters.
public enum SourceLogLevel: Equatable, Sendable {
    case info
    /// Something is lost or waits until someone mends it.
    case warning
}
