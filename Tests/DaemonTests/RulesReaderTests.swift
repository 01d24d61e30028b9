import Anomalies
import Daemon
import Testing

@Suite struct RulesReaderTests {
    private func rules(_ yaml: String) throws -> Rules { try Configuration(yaml: yaml, file: "g.yaml").anomalies }

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try rules(yaml)
            return []
        } catch let error as ConfigurationErrors {
            return error.lines
        } catch {
            return ["\(error)"]
        }
    }

    @Test func theDefaultsServe() throws {
        let rules = try rules("store: /tmp/x")
        #expect(rules == Rules())
        #expect(rules.speeding == nil && rules.frozen?.fixes == 20)
    }

    @Test func rulesAreTurnedOnAndOff() throws {
        let rules = try rules("anomalies: {frozen: off, speeding: on, flapping: on}")
        #expect(rules.frozen == nil)
        #expect(rules.speeding == Speeding())
        #expect(rules.flapping == Flapping())
    }

    @Test func settingsTurnARuleOn() throws {
        let rules = try rules(
            """
            anomalies:
              speeding: {limit_kmh: 90.5, groups: [drivers], fences: [yard, "road 7"]}
              frozen: {fixes: 50}
            """)
        #expect(rules.speeding?.limit_kmh == 90.5)
        #expect(rules.speeding?.scope == Scope(groups: ["drivers"], fences: ["yard", "road 7"]))
        #expect(rules.frozen?.fixes == 50)
        #expect(rules.frozen?.duration_s == 600)
        #expect(rules.namedFences.map(\.fence) == ["yard", "road 7"])
    }

    @Test(arguments: [
        ("anomalies: {frozzen: on}", "g.yaml:1: unknown key `frozzen` in `anomalies`: did you mean `frozen`?"),
        ("anomalies: {frozen: maybe}", "`frozen` can't be `maybe`"),
        ("anomalies: {frozen: {fixes: 20.5}}", "`fixes` can't be `20.5`: write a whole number from 2 to 100000"),
        ("anomalies: {frozen: {duration_s: 0}}", "`duration_s` can't be `0`: write a number from 1 to 86400"),
        ("anomalies: {frozen: {duration_s: nan}}", "`duration_s` can't be `nan`"),
        ("anomalies: {frozen: {fences: [a]}}", "unknown key `fences` in `frozen`"),
        ("anomalies: {flapping: {changes: 13}}", "write a whole number from 2 to 12"),
        ("anomalies: {speeding: {limit_km: 90}}", "did you mean `limit_kmh`?"),
        ("anomalies: {speeding: {groups: drivers}}", "`groups` of `speeding` must be a list"),
        ("anomalies: {speeding: {groups: []}}", "`groups` of `speeding` is empty"),
        ("anomalies: [frozen]", "`anomalies` must be settings"),
    ])
    func whatIsWrongIsToldWithItsRemedy(yaml: String, expected: String) {
        let lines = problems(yaml)
        #expect(lines.count == 1 && lines[0].contains(expected), "\(lines)")
    }
}
