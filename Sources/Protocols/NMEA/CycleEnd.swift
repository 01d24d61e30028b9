import Positioning

/// Learns with which sentence a receiver ends its cycle, so that an epoch is complete without waiting for the next.
///
/// An epoch is complete when the sentence came that ended the last ones, and with it all that both epochs before had:
/// so a sentence now and then more (a GSA every five seconds) disturbs nothing, and one that comes in another order, or
/// was lost, makes it wait. Where the ending turns out wrong, far more proof is wanted the next time.
struct CycleEnd {
    /// What came in one epoch.
    struct Trace: Equatable {
        /// Formatters, by ``Sentence/Formatter/bit``.
        private(set) var formatters: UInt8 = 0
        /// The last sentence, and how many of its formatter came by then.
        private(set) var last = Ending()
        private var counts = InlineArray<8, UInt8>(repeating: 0)

        static func == (a: Self, b: Self) -> Bool { a.formatters == b.formatters && a.last == b.last }

        mutating func add(_ sentence: borrowing Sentence) {
            let place = Int(sentence.formatter.rawValue)
            formatters |= sentence.formatter.bit
            if counts[place] < .max { counts[place] += 1 }
            last = Ending(formatter: sentence.formatter.rawValue, talker: sentence.talker, count: counts[place])
        }
    }

    struct Ending: Equatable {
        var formatter: UInt8 = .max
        var talker: UInt16 = 0
        var count: UInt8 = 0
    }

    private var ending = Ending()
    /// Epochs in a row that had this ending.
    private var proof: UInt8 = 0
    private var proofNeeded = UInt8(Limits.cycleProof)
    /// The formatters of the last two epochs.
    private var before: UInt8 = 0
    private var beforeThat: UInt8 = 0

    init() {}

    /// Whether the epoch, of which `trace` came so far, has all that it will have.
    func isComplete(_ trace: Trace) -> Bool {
        let usual = before & beforeThat
        return proof >= proofNeeded && trace.last.formatter == ending.formatter && trace.last.talker == ending.talker
            && trace.last.count >= ending.count && trace.formatters & usual == usual
    }

    /// An epoch has ended.
    /// - Parameter reported: the formatters that had come when it was reported, where that was before its end.
    mutating func observe(_ trace: Trace, reported: UInt8?) {
        if let reported, trace.formatters & ~reported != 0 {
            proofNeeded = UInt8(min(Int(proofNeeded) * 8, Limits.cycleProofMost))
        }
        if trace.last == ending {
            proof = UInt8(min(Int(proof) + 1, Limits.cycleProofMost))
        } else {
            ending = trace.last
            proof = 1
        }
        beforeThat = before
        before = trace.formatters
    }

    /// A burst went on after a silence: what was taken for its end was none.
    mutating func doubt() { proof = 0 }
}
