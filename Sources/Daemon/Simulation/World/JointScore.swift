internal import Anomalies
internal import Positioning

extension Evaluation.Result {
    /// Holds what one rule raised against its case of several devices: found is one event that begins within it and names, in
    /// the end, no other device, and enough for several. A second one about it is false.
    mutating func judge(_ raised: [CrewDay.Raised], of joint: JointCase) {
        let rule = joint.rule
        jointDeviceDays += joint.days.count
        var score = jointScores[rule] ?? Evaluation.Score()
        var (isTold, isFound) = (false, false)
        for told in raised {
            let isOfCase =
                joint.label?.explains(rule, since: told.since, detected: told.detected) ?? false
                && told.names.isSubset(of: joint.members)
            let isEnough = told.names.count >= JointCase.leastDevices(rule)
            if isOfCase, !isTold, isEnough, let label = joint.label {
                isFound = true
                score.found += 1
                score.delays_s.append(told.detected.seconds(since: label.from))
            } else if isOfCase ? !isTold : joint.isTrue(of: told) {
                score.rightly += 1
            } else {
                score.wrongly += 1
                notes.append(
                    "\(told.device) \(rule) of \(told.since) at \(told.detected) of \(told.names.sorted())")
            }
            isTold = isTold || isOfCase
        }
        if let label = joint.label {
            score.injected += 1
            if !isFound {
                notes.append("\(rule) of \(joint.members.sorted()) missed from \(label.from) to \(label.to)")
            }
        }
        score.delays_s.sort()
        jointScores[rule] = score
    }
}

extension JointCase {
    /// Whether ordinary days have it too.
    fileprivate func isTrue(of told: CrewDay.Raised) -> Bool {
        rule == .gathering && wereTogether(told.names, from: told.since, to: told.detected)
    }
}
