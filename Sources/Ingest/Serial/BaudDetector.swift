import Platform
import Positioning

/// Finds a serial line's rate by what is heard at it. Knows no line: it is told, and says what to do.
///
///     waiting ──bytes──▶ trying ──sentence──▶ sure ──bytes──▶ doubting
///        ▲                 │                   ▲                │   │
///        └───next rate─────┴───────────────────┼──next rate─────┘   │
///                                              └─────sentence───────┘
///
/// Silence proves nothing: a trial begins with the first byte, so a tracker that speaks every ten minutes is found too.
/// A fixed rate is one that has no next: it is never left, but complained about.
struct BaudDetector {
    enum Phase: Equatable {
        /// At this rate nothing was heard yet.
        case waiting
        /// Bytes were heard, no whole sentence yet.
        case trying(since: MonotonicTime, bytes: Int)
        /// The last that was heard held a whole sentence.
        case sure
        /// It worked, but since then bytes came and no whole sentence.
        case doubting(since: MonotonicTime, bytes: Int)
    }

    enum Action: Equatable {
        /// Sets the line to this rate and forgets what was half read.
        case set(BaudRate)
        /// As `set`, and every rate was in vain: begins anew.
        case startOver(BaudRate)
        /// The rate works.
        case settle(BaudRate)
        /// The only rate there is does not work.
        case complain(BaudRate)
    }

    private let rates: [BaudRate]
    private var index = 0
    private(set) var phase = Phase.waiting

    /// - Parameter first: tried before all others where the rate is `auto`: the one that worked before.
    init(_ setting: BaudSetting, first: BaudRate? = nil) {
        switch setting {
        case .fixed(let rate): rates = [rate]
        case .auto: rates = (first.map { [$0] } ?? []) + BaudRate.byLikelihood.filter { $0 != first }
        }
    }

    /// The rate that the line is to run at now.
    var rate: BaudRate { rates[index] }

    /// When ``passed(at:)`` will have something to say.
    var deadline: MonotonicTime? {
        switch phase {
        case .trying(let since, _): since + Limits.baudTrial
        case .waiting, .sure, .doubting: nil
        }
    }

    /// Bytes came, and with them so many whole sentences.
    mutating func heard(bytes: Int, sentences: Int, at now: MonotonicTime) -> Action? {
        guard bytes > 0 else { return nil }
        switch phase {
        case .waiting where sentences == 0:
            phase = .trying(since: now, bytes: bytes)
            return bytes >= Limits.baudTrialBytes ? next() : nil
        case .trying(let since, let before) where sentences == 0:
            phase = .trying(since: since, bytes: before &+ bytes)
            return before &+ bytes >= Limits.baudTrialBytes || since + Limits.baudTrial <= now ? next() : nil
        case .waiting, .trying:
            phase = .sure
            return .settle(rate)
        case .sure where sentences == 0:
            phase = .doubting(since: now, bytes: bytes)
            return nil
        case .doubting(let since, let before) where sentences == 0:
            phase = .doubting(since: since, bytes: before &+ bytes)
            let isGarbage = before &+ bytes >= Limits.baudGarbageBytes && since + Limits.baudGarbage <= now
            return isGarbage ? next() : nil
        case .sure, .doubting:
            phase = .sure
            return nil
        }
    }

    /// Time has passed.
    mutating func passed(at now: MonotonicTime) -> Action? {
        guard let deadline, deadline <= now else { return nil }
        return next()
    }

    /// The line does not run at this rate.
    mutating func refused() -> Action { next() }

    private mutating func next() -> Action {
        phase = .waiting
        guard rates.count > 1 else { return .complain(rate) }
        index = (index + 1) % rates.count
        return index == 0 ? .startOver(rate) : .set(rate)
    }
}
