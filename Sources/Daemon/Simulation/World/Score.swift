internal import Anomalies
internal import Positioning

extension Evaluation {
    /// How one rule did.
    public struct Score: Sendable {
        /// Cases that were put in.
        public var injected = 0
        /// Of them, those that were raised.
        public var found = 0
        /// Raised for what ordinary days have, or a case of another rule brings with it.
        public var rightly = 0
        /// Raised for nothing.
        public var wrongly = 0
        /// Seconds from the begin of each case that was found until it was raised, ascending.
        public var delays_s: [Double] = []

        public var missed: Int { injected - found }

        /// The share of what was raised that was right; `nil`: nothing was raised.
        public var precision: Double? {
            let all = found + rightly + wrongly
            return all > 0 ? Double(found + rightly) / Double(all) : nil
        }

        /// The share of the cases that was found; `nil`: there were none.
        public var recall: Double? { injected > 0 ? Double(found) / Double(injected) : nil }

        /// - Parameter share: 0.5: the median.
        /// - Returns: `nil`: none was found.
        public func delay_s(_ share: Double) -> Double? {
            delays_s.isEmpty ? nil : delays_s[min(delays_s.count - 1, Int(Double(delays_s.count) * share))]
        }

        mutating func add(_ other: Score) {
            injected += other.injected
            found += other.found
            rightly += other.rightly
            wrongly += other.wrongly
            delays_s = (delays_s + other.delays_s).sorted()
        }
    }
}

extension Evaluation.Result {
    mutating func add(_ other: Evaluation.Result) {
        reports += other.reports
        deviceDays += other.deviceDays
        notes += other.notes
        for (rule, score) in other.scores { scores[rule, default: .init()].add(score) }
        jointDeviceDays += other.jointDeviceDays
        for (rule, score) in other.jointScores { jointScores[rule, default: .init()].add(score) }
    }

    /// Whether it is true of the day, or comes with the case that was put in.
    private func isRight(_ told: CrewDay.Raised, of day: DeviceDay) -> Bool {
        let rule = told.anomaly.rule
        return day.labels.bearOut(rule, since: told.since, detected: told.detected)
            || hasFlapped(told, day)
            || day.labels.contains {
                $0.isInjected && $0.explains(rule, since: told.since, detected: told.detected)
            }
    }

    /// Whether all the changes of sides in the time that it tells of were right.
    private func hasFlapped(_ told: CrewDay.Raised, _ day: DeviceDay) -> Bool {
        guard told.anomaly.rule == .flapping, let fence = told.fence else { return false }
        return day.edges.bearOut(Int(Flapping().changes), at: fence, from: told.since, to: told.detected)
    }

    /// Holds what was raised of one device against what is true of it.
    mutating func judge(_ raised: [CrewDay.Raised], of day: DeviceDay) {
        var found: Set<Int> = []
        for label in day.labels where label.isInjected { scores[label.rule, default: .init()].injected += 1 }
        for told in raised {
            let rule = told.anomaly.rule
            let own = day.labels.indices.first { index in
                let label = day.labels[index]
                return label.isInjected && label.rule == rule
                    && label.explains(rule, since: told.since, detected: told.detected)
            }
            var score = scores[rule] ?? Evaluation.Score()
            defer { scores[rule] = score }
            if let own, found.insert(own).inserted {
                score.found += 1
                score.delays_s.append(told.detected.seconds(since: day.labels[own].from))
                score.delays_s.sort()
            } else if isRight(told, of: day) {
                score.rightly += 1
            } else {
                score.wrongly += 1
                notes.append(
                    "\(told.device) \(rule) \(told.fence ?? "") of \(told.since) at \(told.detected) "
                        + String(decoding: told.anomaly.evidence.json, as: UTF8.self))
            }
        }
        for index in day.labels.indices where day.labels[index].isInjected && !found.contains(index) {
            let label = day.labels[index]
            notes.append("\(day.device) \(label.rule) missed from \(label.from) to \(label.to)")
        }
    }
}
