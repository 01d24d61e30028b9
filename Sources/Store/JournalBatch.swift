public import Engine
public import Positioning

/// What is committed together: fixes in the order of arrival, what was decided at them, and what was not let in.
public struct JournalBatch: Sendable {
    public var fixes: [Entry] = []
    /// In the order in which they are numbered.
    public var events: [Event] = []
    /// The times of the reports that were not let in; `nil` where one had none.
    public var rejections: [RejectionKey: [Timestamp?]] = [:]
    /// Fixes, of this batch or an earlier one, that turned out to be wrong.
    public var withdrawals: [Decisions.Withdrawal] = []
    /// Events, of this batch or an earlier one, that would now become certain at another fix.
    public var redecided: [Event] = []
    /// In the order in which they take effect.
    public var checkpoints: [Decisions.Checkpoint] = []
    /// Fences that come into force with it; `nil`: those that are stay.
    public var fences: FenceVersion?
    /// What has changed about several devices together; `nil`: nothing.
    public var fleet: FleetRecord?
    /// States as they are after this batch's fixes; `nil` where none were taken.
    public var snapshots: [(device: String, bytes: [UInt8])]?
    /// The fix up to which every state is in its snapshot then, of those that were ever taken; at most the last of this batch,
    /// which it is where all that had changed was taken.
    public var snapshotsReach = Int64.max
    /// Links as they are after this batch: of all that told something in it, or of which it has what is no fix; and of those of
    /// which it has a snapshot, if they have changed.
    public var links: [LinkRow] = []

    public init() {}

    public var isEmpty: Bool {
        fixes.isEmpty && events.isEmpty && rejections.isEmpty && withdrawals.isEmpty && checkpoints.isEmpty
            && redecided.isEmpty && fences == nil && fleet == nil && snapshots == nil && links.isEmpty
    }

    /// Adds what was decided at one report.
    public mutating func add(_ decisions: Decisions) {
        guard !decisions.isEmpty else { return }
        // What was taken back since stands no longer; should it be told again, that is decided anew.
        for event in decisions.events where event.kind == .retract { redecided.removeAll { $0.isRetracted(by: event) } }
        events += decisions.events
        checkpoints += decisions.checkpoints
        redecided += decisions.redecided
        withdrawals += decisions.withdrawals
        for withdrawal in decisions.withdrawals {
            reject(withdrawal.reason, device: withdrawal.device, time: withdrawal.time)
        }
    }

    /// Who calls for help is told of before all else that is committed together.
    public mutating func putUrgentFirst() {
        guard events.contains(where: \.isUrgent) else { return }
        events = events.filter(\.isUrgent) + events.filter { !$0.isUrgent }
    }

    public struct Entry: Sendable {
        public var device: String
        /// Where whoever commits numbers the devices, from 0 and without holes: the journal then need not look for it by its name.
        /// `nil`: it has to.
        public var number: Int?
        public var fix: Fix
        /// `nil` for recorded input.
        public var received: Timestamp?

        public init(device: String, number: Int? = nil, fix: Fix, received: Timestamp?) {
            self.device = device
            self.number = number
            self.fix = fix
            self.received = received
        }
    }

    public struct RejectionKey: Hashable, Sendable {
        public var device: String
        public var reason: Rejection
    }

    /// Counts a report that decides nothing. A repeated one is not counted here: the same input given again must leave the
    /// store as it is.
    public mutating func reject(_ reason: Rejection, device: String, time: Timestamp?) {
        if reason == .duplicate { return }
        rejections[RejectionKey(device: device, reason: reason), default: []].append(time)
    }
}
