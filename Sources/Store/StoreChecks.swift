internal import Anomalies
import GRDB
internal import Positioning

extension StoreMoment {
    /// Whether SQLite finds its own structures whole, and each page and chunk of fixes is what its row says.
    public func checkIntegrity() -> Findings {
        Findings.of("integrity") { findings in
            for problem in try String.fetchAll(db, sql: "PRAGMA integrity_check(\(Limits.findings))")
            where problem != "ok" {
                findings.add("SQLite says: \(problem)")
            }
            for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
                let (from, to): (String, String) = (try row.value(at: 0), try row.value(at: 2))
                findings.add("a row of \(from) names a row of \(to) that is not there")
            }
            for problem in try PageTable.problems(db) + ChunkTable.problems(db) { findings.add(problem) }
        }
    }

    /// Whether events are numbered by one without holes, after what retention went over.
    public func checkNumbers() -> Findings {
        Findings.of("seq") { findings in
            var expected = keptSeq + 1
            let seqs = try Int64.fetchCursor(
                db, sql: "SELECT seq FROM event WHERE seq > ? ORDER BY seq", arguments: [keptSeq])
            while let seq = try seqs.next() {
                if seq > expected { findings.add("\(Self.range(expected, seq - 1)) not there") }
                expected = seq + 1
            }
            if expected <= lastSeq { findings.add("\(Self.range(expected, lastSeq)) not there") }
            for row in try Row.fetchAll(db, sql: "SELECT name, seq FROM consumer WHERE seq > ?", arguments: [lastSeq]) {
                let (name, seq): (String, Int64) = (try row.value(at: 0), try row.value(at: 1))
                findings.add("consumer \(name) has acknowledged \(seq), the last event is \(lastSeq)")
            }
        }
    }

    private static func range(_ first: Int64, _ last: Int64) -> String {
        first == last ? "event \(first) is" : "events \(first) to \(last) are"
    }

    /// Whether each retraction takes back an earlier event of the same device and fence, and no other does.
    public func checkRetractions() -> Findings {
        Findings.of("retract") { findings in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT r.seq, r.retracts, w.seq AS wrong,
                    w.device IS r.device AND w.fence IS r.fence AND w.type IS r.retracted AS fits,
                    (SELECT min(seq) FROM event o WHERE o.retracts = r.retracts) AS first
                    FROM event r LEFT JOIN event w ON w.seq = r.retracts AND w.seq < r.seq
                    WHERE r.type = 'retract' ORDER BY r.seq
                    """)
            while let row = try rows.next() {
                let seq: Int64 = try row.value("seq")
                guard let retracted: Int64 = try row.value("retracts") else {
                    findings.add("event \(seq) retracts nothing")
                    continue
                }
                if (try row.value("wrong") as Int64?) == nil {
                    if retracted > keptSeq {
                        findings.add("event \(seq) retracts \(retracted), which is no earlier event")
                    }
                } else if !(try row.value("fits") as Bool) {
                    findings.add("event \(seq) retracts \(retracted), which is of another type, device or fence")
                }
                if let first: Int64 = try row.value("first"), first < seq {
                    findings.add("event \(seq) retracts \(retracted), as \(first) does already")
                }
            }
        }
    }

    /// Whether enter and exit alternate for every device and fence, and each anomaly is raised and then cleared once, over the
    /// events that stand.
    public func checkAlternation() -> Findings {
        Findings.of("alternation") { findings in
            try checkStays(&findings)
            try checkAnomalies(&findings)
        }
    }

    private func checkStays(_ findings: inout Findings) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT * FROM (
                    SELECT seq, type, device, fence, lag(type) OVER history AS last, lag(seq) OVER history AS lastSeq
                    FROM event e WHERE type IN ('enter', 'exit') AND \(StandingEvents.stands("e"))
                    WINDOW history AS (PARTITION BY device, fence ORDER BY time_us, decided_us, seq)
                ) WHERE type = last OR (type = 'exit' AND last IS NULL AND ?) ORDER BY seq
                """, arguments: [keptSeq == 0])
        while let row = try rows.next() {
            let (seq, type): (Int64, String) = (try row.value("seq"), try row.value("type"))
            let (device, fence): (String, String) = (try row.value("device"), try row.value("fence") ?? "")
            let last: Int64? = try row.value("lastSeq")
            findings.add(
                "event \(seq) is an \(type) of \(device) at \(fence) "
                    + (last.map { "that follows \($0), also an \(type)" } ?? "with no enter before"))
        }
    }

    /// Some rules tell again of what has grown worse.
    private func checkAnomalies(_ findings: inout Findings) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT * FROM (
                    SELECT seq, rule, state, anomaly, lag(state) OVER history AS last, lag(seq) OVER history AS lastSeq
                    FROM event e WHERE type = 'anomaly' AND \(StandingEvents.stands("e"))
                    WINDOW history AS (PARTITION BY anomaly ORDER BY time_us, decided_us, seq)
                ) WHERE last = 'cleared' OR (state = 'cleared' AND last IS NULL AND ?)
                OR (state = 'raised' AND last = 'raised' AND rule NOT IN (\(Self.escalating))) ORDER BY seq
                """, arguments: [keptSeq == 0])
        while let row = try rows.next() {
            let (seq, state): (Int64, String) = (try row.value("seq"), try row.value("state"))
            let (anomaly, lastState): (String, String) = (
                try row.value("anomaly") ?? "", try row.value("last") ?? "nothing"
            )
            let last: Int64? = try row.value("lastSeq")
            findings.add(
                "event \(seq), \(anomaly) \(state), "
                    + (last.map { "follows \($0), by which it was \(lastState)" } ?? "was never raised"))
        }
    }

    private static let escalating = RuleName.allCases.filter(\.escalates).map { "'\($0.rawValue)'" }
        .joined(separator: ", ")
}
