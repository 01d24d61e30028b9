import Testing

@testable import Daemon

/// Up to which fix the store has all states, against a list of all that was ever committed.
@Suite struct RoundsTests {
    /// A shard that begins rounds when it likes, and ends each when it likes.
    private struct AShard {
        private var began: Int?
        private(set) var keptThrough = -1

        mutating func go(to batch: Int, endsAll: Bool, _ random: inout SeededGenerator) {
            if began == nil, Int.random(in: 0..<4, using: &random) == 0 { began = batch }
            if endsAll { began = batch }
            guard let began, endsAll || Int.random(in: 0..<3, using: &random) == 0 else { return }
            keptThrough = began
            self.began = nil
        }
    }

    @Test(arguments: UInt64(0)..<30)
    func theStoreHasAllStatesUpToTheLastFixBeforeTheOldestRoundBegan(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var shards = Array(repeating: AShard(), count: 1 + Int(seed % 4))
        var rounds = Rounds()
        var lastFixes: [Int64] = []
        var (fix, behind) = (Int64(seed % 2) * 1000, 0)
        for batch in 0..<300 {
            let endsAll = batch == 0 ? seed % 3 > 0 : Int.random(in: 0..<50, using: &random) == 0
            for shard in shards.indices { shards[shard].go(to: batch, endsAll: endsAll, &random) }
            let decisions = shards.map { shard in
                var decision = ShardDecision(batch: batch)
                decision.keptThrough = shard.keptThrough
                return decision
            }
            let kept = shards.map(\.keptThrough).min() ?? -1
            let expected: Int64 = kept == batch ? .max : kept < 0 ? 0 : lastFixes[kept]
            #expect(rounds.reach(of: decisions) == expected, "seed \(seed), batch \(batch)")
            if kept >= 0, kept < batch { behind += 1 }
            fix += Int64.random(in: 0...5, using: &random)
            lastFixes.append(fix)
            rounds.note(decisions, lastFix: fix)
        }
        #expect(behind > 100, "seed \(seed): rounds took longer than a batch")
    }

    @Test func nothingIsSaidOfNoShards() {
        var rounds = Rounds()
        rounds.note([], lastFix: 7)
        var decision = ShardDecision(batch: 1)
        decision.keptThrough = 0
        #expect(rounds.reach(of: [decision]) == 0)
    }
}
