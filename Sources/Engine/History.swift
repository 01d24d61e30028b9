public import Anomalies
public import Positioning

/// What happened to a device before: kept by the shell, asked for only when a late fix makes the past be decided again.
public protocol History: AnyObject {
    /// Whether a fix of the device with this time was taken before, or may have been: it lies before all that is still known of
    /// the device.
    func holdsFix(of device: String, at time: Timestamp) throws -> Bool

    /// Whether the device was forgotten with all its fixes, and may have had one with this time: asked of a device of which no
    /// fix was taken here, nor restored.
    func hasForgotten(_ device: String, at time: Timestamp) throws -> Bool

    /// The newest checkpoint of the device whose fixes are all before `time`, as ``DeviceState/snapshot(fences:)`` made it.
    func checkpoint(of device: String, before time: Timestamp) throws -> (time: Timestamp, state: [UInt8])?

    /// Whether fixes of the device were deleted by age. Then its past can be decided again only from a checkpoint: those that
    /// are kept have all fixes after them.
    func hasForgottenFixes(of device: String) throws -> Bool

    /// Told of a checkpoint that ``DeviceState`` cannot be read from: damaged, or of a later version.
    func cannotRead(checkpointOf device: String, at time: Timestamp)

    /// The device's fixes after `time`, oldest first, each time once, without those that were withdrawn.
    /// - Parameter time: `nil`: all that are kept.
    func fixes(of device: String, after time: Timestamp?) throws -> [Fix]

    /// The device's fixes after `time` that were withdrawn as ``Rejection/impossible_speed``, oldest first: they decide nothing,
    /// but the rules are told of them.
    func spikes(of device: String, after time: Timestamp?) throws -> [Fix]

    /// The device's events that are decided at fixes after `time` and were not retracted, in the order in which they were told.
    func standingEvents(of device: String, decidedAfter time: Timestamp?) throws -> [Event]
}

/// What became certain at one report, for the journal to keep.
public struct Decisions: Sendable {
    /// In the order in which they are told.
    public var events: [Event] = []
    /// Fixes that were taken before and turned out to be wrong.
    public var withdrawals: [Withdrawal] = []
    public var checkpoints: [Checkpoint] = []
    /// Events that stay as they were told, but would now become certain at another fix; as told, with ``Event/decided`` new.
    public var redecided: [Event] = []
    /// For ``Anomalies/Fleet``, in their order.
    public var signals: [FleetSignal] = []

    public init() {}

    @inlinable public var isEmpty: Bool {
        events.isEmpty && withdrawals.isEmpty && checkpoints.isEmpty && redecided.isEmpty
            && signals.isEmpty
    }

    /// How much of it is remembered as told.
    var told: Int { events.count + signals.count { $0.isOfChange } }

    /// Appends what became certain after these.
    public mutating func add(_ later: Decisions) {
        events += later.events
        withdrawals += later.withdrawals
        checkpoints += later.checkpoints
        redecided += later.redecided
        signals += later.signals
    }

    public struct Withdrawal: Equatable, Sendable {
        public var device: String
        /// Of the fix.
        public var time: Timestamp
        public var reason: Rejection
    }

    /// A state to begin from when the past is decided again.
    public struct Checkpoint: Equatable, Sendable {
        public var device: String
        /// Of the newest fix in it.
        public var time: Timestamp
        /// `nil`: those of this device after `time` hold no longer.
        public var state: [UInt8]?

        public init(device: String, time: Timestamp, state: [UInt8]?) {
            self.device = device
            self.time = time
            self.state = state
        }
    }
}
