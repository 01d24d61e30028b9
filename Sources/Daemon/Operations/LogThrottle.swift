public import Platform
internal import Positioning

/// Keeps a burst of the same message from flooding the log: of each kind the first few go through, the rest are counted and
/// told in one line when the interval is over.
///
/// A kind is a message with its numbers left out: `shard 3 …` and `shard 4 …` are one. It knows no clock.
public struct LogThrottle: Sendable {
    private var kinds: [String: Window] = [:]

    private struct Window: Sendable {
        var end: MonotonicTime
        var told = 0
        /// The last one that was not told, and how many.
        var last = ""
        var held = 0
    }

    /// A line for all that was held back of one kind.
    public struct Summary: Equatable, Sendable {
        /// The last message of that kind.
        public var message: String
        public var count: Int
    }

    public init() {}

    /// - Parameter message: with its level, if those are to be kept apart.
    /// - Returns: whether to tell it now.
    public mutating func admit(_ message: String, at now: MonotonicTime) -> Bool {
        var kind = Self.kind(of: message)
        // A million kinds are one: memory is bounded, and the log too.
        if kinds[kind] == nil, kinds.count >= Limits.logKinds { kind = "" }
        let fresh = Window(end: now + .seconds(Limits.logInterval_s))
        var window = kinds[kind] ?? fresh
        // What its summary has still to say stays.
        if window.end <= now, window.held == 0 { window = fresh }
        let isTold = window.held == 0 && window.told < Limits.logBurst
        if isTold {
            window.told += 1
        } else {
            window.last = message
            window.held += 1
        }
        kinds[kind] = window
        return isTold
    }

    /// What was held back in intervals that are over.
    /// - Parameter now: `nil` at the end of the process: all intervals are over.
    public mutating func summaries(at now: MonotonicTime?) -> [Summary] {
        let over = kinds.filter { window in now.map { window.value.end <= $0 } ?? true }
        for kind in over.keys { kinds[kind] = nil }
        return over.values.filter { $0.held > 0 }.map { Summary(message: $0.last, count: $0.held) }
            .sorted { $0.message < $1.message }
    }

    static func kind(of message: String) -> String {
        var kind = ""
        var wasDigit = false
        for scalar in message.unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar)
            if !isDigit { kind.unicodeScalars.append(scalar) } else if !wasDigit { kind += "#" }
            wasDigit = isDigit
        }
        return kind
    }
}
