public import Positioning

/// Where one device is with regard to one fence.
///
/// ```
///                 inside                     inside, long and strong enough: entered
///   outside ──────────────────▶ entering ─────────────────────────────────────▶ inside ◀───┐
///     ▲  ▲                        │                                               │        │
///     │  └────────────────────────┘                              beyond the margin│        │back inside, or
///     │    evidence against: passed                                               ▼        │evidence against
///     │                                                                        leaving ────┘
///     └───────────────────────────────────────────────────────────────────────────┘
///                      outside, long and strong enough: exited
/// ```
/// "Long" is `enter_confirm_s` and `exit_confirm_s` since the boundary (the margin) was passed; "strong" is
/// ``Evidence``. A fix is never its own witness: a second one must agree, or the receiver's velocity
/// (``Sample/isCorroborated``). Every other fix leaves the state as it is, with its evidence weighed.
public struct Membership: Equatable, Sendable {
    public enum Phase: Equatable, Sendable {
        case outside
        case entering(Entry, Evidence)
        case inside(Stay)
        case leaving(Stay, Evidence)
    }

    /// An entry that waits for its evidence.
    public struct Entry: Equatable, Sendable {
        public var crossing: Crossing
        /// No fix of the device came before: it was first seen inside.
        public var isInitial: Bool
        /// The last fix outside before it; `nil` where it is initial.
        public var from: Origin?

        public init(crossing: Crossing, isInitial: Bool, from: Origin?) {
            self.crossing = crossing
            self.isInitial = isInitial
            self.from = from
        }
    }

    public struct Origin: Equatable, Sendable {
        public var time: Timestamp
        public var coordinate: Coordinate

        public init(time: Timestamp, coordinate: Coordinate) {
            self.time = time
            self.coordinate = coordinate
        }
    }

    public struct Stay: Equatable, Sendable {
        public var entered: Timestamp
        public var hasDwelt: Bool
        /// When the boundary was last passed outwards; `nil` while the newest fix is inside.
        public var edge: Crossing?

        public init(entered: Timestamp, hasDwelt: Bool, edge: Crossing?) {
            self.entered = entered
            self.hasDwelt = hasDwelt
            self.edge = edge
        }
    }

    public var phase: Phase

    public init(phase: Phase = .outside) { self.phase = phase }

    /// Whether it is not plainly outside.
    public var isAbout: Bool {
        switch phase {
        case .outside: false
        case .entering, .inside, .leaving: true
        }
    }

    /// Whether an enter was told and no exit since.
    public var isInside: Bool {
        switch phase {
        case .inside, .leaving: true
        case .outside, .entering: false
        }
    }

    /// When it entered, of one that is inside.
    public var entered: Timestamp? {
        switch phase {
        case .inside(let stay), .leaving(let stay, _): stay.entered
        case .outside, .entering: nil
        }
    }

    /// Inside, and nothing speaks against it: a fix inside changes nothing.
    public var isSettled: Bool {
        if case .inside = phase { true } else { false }
    }
}
