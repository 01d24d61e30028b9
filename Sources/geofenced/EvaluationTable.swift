import Anomalies
import Daemon
import Positioning

/// Prints how the anomaly rules did in an ``Evaluation``.
enum EvaluationTable {
    static func text(_ result: Evaluation.Result) -> String {
        var table = Table([
            "rule", "injected", "found", "missed", "rightly", "false", "precision", "recall", "delay s (median, p95)",
            "false per 100 device-days",
        ])
        let defaults = Rules()
        var (wrongly, wronglyOfOthers) = (0, 0)
        for rule in RuleName.allCases {
            if let score = result.scores[rule] {
                if defaults.hold(rule) { wrongly += score.wrongly } else { wronglyOfOthers += score.wrongly }
                table.add(row(rule.rawValue, score, days: result.deviceDays))
            }
            if let score = result.jointScores[rule] {
                table.add(row("\(rule) of several", score, days: result.jointDeviceDays))
            }
        }
        for (name, count) in [("on by default", wrongly), ("off by default", wronglyOfOthers)] {
            table.add([name, "", "", "", "", "\(count)", "", "", "", per100(count, result.deviceDays)])
        }
        return table.text
    }

    private static func row(_ name: String, _ score: Evaluation.Score, days: Int) -> [String] {
        [
            name, "\(score.injected)", "\(score.found)", "\(score.missed)", "\(score.rightly)", "\(score.wrongly)",
            share(score.precision), share(score.recall),
            "\(seconds(score.delay_s(0.5))), \(seconds(score.delay_s(0.95)))", per100(score.wrongly, days),
        ]
    }

    static func text(_ cost: RuleCost) -> String {
        var table = Table(["", "median", "least", "most"])
        table.add(row("all rules, ns/fix", cost.perFix_ns))
        table.add(row("core without them, ns/fix", cost.coreAlone_ns))
        table.add(row("state of the rules, bytes/device", cost.bytes.map(Double.init)))
        return table.text + "\n\(cost.fixes) fixes a round, \(cost.perFix_ns.count) rounds"
    }

    private static func row(_ name: String, _ values: [Double]) -> [String] {
        guard let least = values.first, let most = values.last else { return [name, "-", "-", "-"] }
        return [name, decimal(values[values.count / 2], 0), decimal(least, 0), decimal(most, 0)]
    }

    private static func per100(_ count: Int, _ deviceDays: Int) -> String {
        decimal(Double(count) * 100 / Double(max(deviceDays, 1)), 2)
    }

    private static func share(_ value: Double?) -> String { value.map { decimal($0, 3) } ?? "-" }

    private static func seconds(_ value: Double?) -> String { value.map { decimal($0, 0) } ?? "-" }

    private static func decimal(_ value: Double, _ decimals: Int) -> String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(value, decimals: decimals)
        return String(decoding: bytes, as: UTF8.self)
    }
}
