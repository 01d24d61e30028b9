import Anomalies
import ArgumentParser
import Daemon
import Platform
import Positioning

/// Cases of anomaly rules: looked at in this process, or sent.
extension Simulate {
    private static let costRounds = 7
    /// Seconds of a made-up day at most.
    private static let day_s = 86_400.0

    func evaluateRules() throws {
        let evaluation = Evaluation(deviceDays: deviceDays, injected: inject?.rules ?? [], seed: seed)
        var bar = ProgressBar("evaluating")
        if cost {
            let measured = try RuleCost.measure(evaluation, rounds: Self.costRounds) { bar.show(share: $0) }
            bar.clear()
            let output = Output()
            try output.write(Array((EvaluationTable.text(measured) + "\n").utf8))
            return try output.flush()
        }
        let result = try evaluation.run { bar.show(share: $0) }
        bar.clear()
        let output = Output()
        try output.write(Array((EvaluationTable.text(result) + "\n").utf8))
        try output.flush()
        if explain { for note in result.notes { Console.note(note) } }
        let deviceDays = result.deviceDays + result.jointDeviceDays
        Console.note("\(result.reports) reports of \(deviceDays) device-days, those with cases among them")
    }

    func send(cases rules: [RuleName], to target: Target) throws {
        let unsayable = rules.filter { !CaseSender.canSay($0) }
        if !unsayable.isEmpty {
            throw ValidationError(
                "the simulator's NMEA can't say \(unsayable.map { $0.rawValue }.joined(separator: ", ")) of a device: look at them with --evaluate"
            )
        }
        if let writeFences {
            let file = try Output(path: writeFences)
            try file.write(CaseSender.fences)
            try file.flush()
        }
        let sender = try CaseSender(
            CaseSender.Plan(
                target: target.endpoint, devices: devices, rules: rules, speedUp: speedUp,
                start: start ?? WallClock.now.advanced(bySeconds: -Self.day_s * (1 - 1 / speedUp)), seed: seed))
        let file = try copy.map { try Output(path: $0) }
        var problem: (any Error)?
        let interruption = Interruption { sender.stop() }
        try withExtendedLifetime(interruption) {
            try sender.run(for: seconds) { bytes in
                do { try file?.write(bytes) } catch {
                    problem = error
                    sender.stop()
                }
            }
        }
        try file?.flush()
        if let problem { throw problem }
        Console.note("sent \(sender.sentReports) reports of \(devices) devices to udp \(target.endpoint)")
    }

    /// `frozen,silence` or `all`
    struct Injected: ExpressibleByArgument {
        var rules: [RuleName]

        init?(argument: String) {
            if argument == "all" {
                rules = Evaluation.injectable
                return
            }
            let named = argument.split(separator: ",").map { RuleName(rawValue: String($0)) }
            rules = Set(named.compactMap { $0 }).sorted { $0.rawValue < $1.rawValue }
            guard !named.contains(nil), rules.allSatisfy(Evaluation.injectable.contains) else { return nil }
        }

        static var allValueStrings: [String] { Evaluation.injectable.map { $0.rawValue } + ["all"] }
    }
}
