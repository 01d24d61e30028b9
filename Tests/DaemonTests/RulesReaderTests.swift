import Anomalies
import Daemon
import Fencing
import Positioning
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

    @Test func hoursAreForAllRulesThatHaveNoneOfTheirOwn() throws {
        let rules = try rules(
            """
            anomalies:
              hours:
                - {days: [mon-fri], from: "08:00", to: "18:00", tz: Europe/Berlin}
                - {days: [sat], from: "22:00", to: "06:00", tz: Asia/Shanghai, groups: [night]}
              idle: {hours: [{days: [sun], from: "00:00", to: "24:00", tz: UTC}]}
            """)
        #expect(rules.outsideAllowed?.scope.hours?.periods.map(\.groups) == [[], ["night"]])
        #expect(rules.insideForbidden?.scope.hours == rules.outsideAllowed?.scope.hours)
        #expect(rules.idle?.scope.hours?.periods.map(\.hours.from) == [0])
        // As the zone's clocks were changed in 2026, on 29 March and 25 October at 01:00 UTC.
        let berlin = try #require(rules.outsideAllowed?.scope.hours?.periods.first?.zone)
        let known = [
            ("2026-03-29T00:59:59Z", 1), ("2026-03-29T01:00:00Z", 3), ("2026-10-25T00:59:59Z", 2),
            ("2026-10-25T01:00:00Z", 2),
        ]
        for (text, hour) in known {
            #expect(try berlin.clock(at: #require(Timestamp(text))).minute / 60 == hour, "\(text)")
        }
    }

    @Test(arguments: [
        ("anomalies: {frozzen: on}", "g.yaml:1: unknown key `frozzen` in `anomalies`: did you mean `frozen`?"),
        ("anomalies: {frozen: maybe}", "`frozen` can't be `maybe`"),
        ("anomalies: {frozen: {fixes: 20.5}}", "`fixes` can't be `20.5`: write a whole number from 2 to 100000"),
        ("anomalies: {frozen: {duration_s: 0}}", "`duration_s` can't be `0`: write a number from 1 to 86400"),
        ("anomalies: {frozen: {duration_s: nan}}", "`duration_s` can't be `nan`"),
        ("anomalies: {frozen: {fences: [a]}}", "unknown key `fences` in `frozen`"),
        ("anomalies: {flapping: {changes: 9}}", "write a whole number from 2 to 8"),
        ("anomalies: {speeding: {limit_km: 90}}", "did you mean `limit_kmh`?"),
        ("anomalies: {speeding: {groups: drivers}}", "`groups` of `speeding` must be a list"),
        ("anomalies: {speeding: {groups: []}}", "`groups` of `speeding` is empty"),
        ("anomalies: {hours: []}", "`hours` is empty"),
        ("anomalies: {frozen: {hours: []}}", "unknown key `hours` in `frozen`"),
        (
            "anomalies: {hours: [{days: [mon], from: \"08:00\", to: \"18:00\", tz: Asia/Shanghay}]}",
            "`tz: Asia/Shanghay` is no time zone"
        ),
        ("anomalies: {hours: [{days: [mo], from: \"08:00\", to: \"18:00\", tz: UTC}]}", "`mo` is no day"),
        (
            "anomalies: {hours: [{days: [mon], from: \"8:00\", to: \"18:00\", tz: UTC}]}",
            "`from: 8:00` is no time of day"
        ),
        ("anomalies: {hours: [{days: [mon], from: \"08:00\", to: \"08:00\", tz: UTC}]}", "begins when it ends"),
        ("anomalies: {hours: [{days: [mon], from: \"08:00\", to: \"18:00\"}]}", "has no `tz`"),
        ("anomalies: [frozen]", "`anomalies` must be settings"),
    ])
    func whatIsWrongIsToldWithItsRemedy(yaml: String, expected: String) {
        let lines = problems(yaml)
        #expect(lines.count == 1 && lines[0].contains(expected), "\(lines)")
    }
}
