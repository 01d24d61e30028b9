internal import Positioning

/// Runs of positions that were seen, by their digests: who was there, and when. The oldest goes first.
///
/// A run that comes in other surroundings is remembered with those too, or the tens that it is in there would not be known again.
/// Of one run the newest ``Limits/patternSurroundings`` are looked through.
struct PatternTable: Equatable, Sendable {
    /// By ascending id, from ``first`` on; before that lie those that have gone.
    private var entries: [Entry] = []
    private var first = 0
    /// Those that were before the entries; an entry's number counts them.
    private var gone = 0
    /// The number of the newest entry of each digest.
    private var newest: [UInt64: Int] = [:]
    private(set) var newestID: Int64 = 0

    private struct Entry: Sendable {
        var pattern: Fleet.Pattern
        /// The number of the one before with the same digest, which may have gone.
        var earlier: Int?
    }

    /// What is known of a run.
    struct Recognition: Equatable, Sendable {
        /// The longest stretch that says something, of those the first that was seen.
        var match: Match?
        /// Whether there is nothing new about the run and its surroundings.
        var isKnown = false
    }

    struct Match: Equatable, Sendable {
        var seen: Fleet.Pattern
        /// Positions that are the same before the run and after it.
        var before: Int
        var after: Int

        var fixes: Int { before + Limits.patternCore + after }

        /// Who went through the run was not the first.
        func finding(in run: PatternRun) -> Replayed.Finding {
            let (from, to) = run.span(before: before, after: after)
            return Replayed.Finding(fixes: fixes, from: from, to: to, seenDevice: seen.device, seenAt: seen.time)
        }

        /// Who was seen there was not the first; of its way one moment is known.
        func finding(behind device: String, at time: Timestamp) -> Replayed.Finding {
            Replayed.Finding(fixes: fixes, from: seen.time, to: seen.time, seenDevice: device, seenAt: time)
        }
    }

    var count: Int { entries.count - first }

    func recognise(_ run: PatternRun, of device: String) -> Recognition {
        var recognition = Recognition()
        var number = newest[run.digest]
        for _ in 0..<Limits.patternSurroundings {
            guard let index = number.map({ $0 - gone }), index >= first else { break }
            let seen = entries[index].pattern
            number = entries[index].earlier
            // Should one ever be taken twice.
            if seen.device == device, seen.time == run.ended {
                recognition.isKnown = true
                continue
            }
            let before = run.before.shared(with: seen.before)
            let after = run.after.shared(with: seen.after)
            if before == run.before.count, after == run.after.count { recognition.isKnown = true }
            let match = Match(seen: seen, before: before, after: after)
            if run.isTelling(before: before, after: after), match.fixes >= recognition.match?.fixes ?? 0 {
                recognition.match = match
            }
        }
        return recognition
    }

    /// Adds one that is not known.
    mutating func add(_ run: PatternRun, of device: String) -> Fleet.Pattern {
        let pattern = Fleet.Pattern(
            id: newestID + 1, digest: run.digest, before: run.before, after: run.after, device: device,
            time: run.ended)
        add(pattern)
        return pattern
    }

    /// - Parameter pattern: of a higher id than all before.
    mutating func add(_ pattern: Fleet.Pattern) {
        newestID = pattern.id
        let earlier = newest.updateValue(gone + entries.count, forKey: pattern.digest)
        entries.append(Entry(pattern: pattern, earlier: earlier))
    }

    /// Lets the oldest go where there are too many, and those before a time.
    /// - Returns: the last id that went; `nil` where none did.
    mutating func trim(atMost limit: Int, before cut: Timestamp? = nil) -> Int64? {
        var last: Int64?
        while let pattern = entries[first...].first?.pattern {
            guard count > limit || cut.map({ pattern.time < $0 }) ?? false else { break }
            if newest[pattern.digest] == gone + first { newest[pattern.digest] = nil }
            last = pattern.id
            first += 1
        }
        if first > entries.count / 8 {
            entries.removeFirst(first)
            gone += first
            first = 0
        }
        return last
    }

    static func == (a: PatternTable, b: PatternTable) -> Bool {
        a.newestID == b.newestID
            && a.entries[a.first...].elementsEqual(b.entries[b.first...]) { $0.pattern == $1.pattern }
    }
}
