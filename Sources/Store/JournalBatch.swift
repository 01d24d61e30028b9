public import Engine
public import Positioning

/// What is committed together: fixes in the order of arrival, what was decided at them, and what was not let in.
public struct JournalBatch: Sendable {
    public var fixes: [Entry] = []
    /// In the order in which they are numbered.
    public var events: [Event] = []
    public var rejections: [RejectionKey: RejectionCount] = [:]
    /// States as they are after this batch's fixes; `nil` where no snapshot was taken.
    public var snapshots: [(device: String, bytes: [UInt8])]?

    public init() {}

    public var isEmpty: Bool { fixes.isEmpty && events.isEmpty && rejections.isEmpty && snapshots == nil }

    public struct Entry: Sendable {
        public var device: String
        public var fix: Fix
        /// `nil` for recorded input.
        public var received: Timestamp?

        public init(device: String, fix: Fix, received: Timestamp?) {
            self.device = device
            self.fix = fix
            self.received = received
        }
    }

    public struct RejectionKey: Hashable, Sendable {
        public var device: String
        public var reason: Rejection
    }

    public struct RejectionCount: Equatable, Sendable {
        public var count = 0
        /// Of the reports' own times; `nil` where none had one.
        public var first: Timestamp?
        public var last: Timestamp?
    }

    /// Counts a report that decides nothing. A repeated or earlier fix is not counted here: telling the same input twice
    /// must leave the store as it is.
    public mutating func reject(_ reason: Rejection, device: String, time: Timestamp?) {
        if reason == .duplicate || reason == .past { return }
        var entry = rejections[RejectionKey(device: device, reason: reason)] ?? RejectionCount()
        entry.count += 1
        if let time {
            entry.first = min(entry.first ?? time, time)
            entry.last = max(entry.last ?? time, time)
        }
        rejections[RejectionKey(device: device, reason: reason)] = entry
    }
}
