internal import Fencing
internal import Positioning

/// Reads a feature's properties into a fence: those that it knows; others are somebody else's.
struct PropertyReader {
    private let properties: ObjectReader
    private let feature: JSONValue

    private static let known = [
        "name", "kind", "datum", "enter_confirm_s", "exit_confirm_s", "exit_margin_m", "dwell_s", "speed_limit_kmh",
        "groups", "active", "tz", "radius_m", "half_width_m",
    ]

    init(_ properties: ObjectReader, at feature: JSONValue) {
        self.properties = properties
        self.feature = feature
    }

    /// The fence, with the defaults for what is wrong or not there.
    func fence(id: String, _ log: inout IssueLog) -> Fence {
        properties.reportRepeated(Self.known, &log)
        warnOfMisspelt(&log)
        var fence = Fence(id: id, name: properties.string("name", &log), policy: policy(&log))
        fence.kind = properties.choice("kind", of: Fence.Kind.self, &log) ?? fence.kind
        fence.groups = properties.strings("groups", &log)
        fence.speedLimit_kmh = properties.number(
            "speed_limit_kmh", "kilometres per hour", within: Limits.fenceSpeedLimit_kmh, &log)
        fence.active = ActiveHoursReader(properties).hours(&log)
        if let active = properties.given("active"), !fence.active.isEmpty {
            log.warn(
                properties.issue(
                    active, "active is kept but not applied in this version", "the fence counts at all hours"))
        }
        return fence
    }

    private func policy(_ log: inout IssueLog) -> FencePolicy {
        var policy = FencePolicy()
        func seconds(_ name: String, _ log: inout IssueLog) -> Double? {
            properties.number(name, "seconds", within: Limits.fenceConfirm_s, &log)
        }
        policy.enterConfirm_s = seconds("enter_confirm_s", &log) ?? policy.enterConfirm_s
        policy.exitConfirm_s = seconds("exit_confirm_s", &log) ?? policy.exitConfirm_s
        let margin = properties.number("exit_margin_m", "metres", within: Limits.fenceExitMargin_m, &log)
        policy.exitMargin_m = margin ?? policy.exitMargin_m
        policy.dwell_s = properties.number("dwell_s", "seconds", within: Limits.fenceDwell_s, &log)
        return policy
    }

    /// A known name in other letters ("Radius_m", "dwell-s") or without its unit is a mistake that would pass in
    /// silence.
    private func warnOfMisspelt(_ log: inout IssueLog) {
        for (name, value) in properties.members where !Self.known.contains(name) {
            let plain = Self.plain(name)
            guard
                let meant = Self.known.first(where: {
                    Self.plain($0) == plain || Self.plain($0).hasPrefix(plain + "_") && plain.utf8.count > 4
                })
            else { continue }
            log.warn(properties.issue(value, "\"\(ObjectReader.cut(name))\" is ignored", "did you mean \"\(meant)\"?"))
        }
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
    }
}
