internal import Anomalies
internal import Positioning
internal import Yams

extension Rules {
    /// Reads the settings under `anomalies`: each rule's name with `on`, `off`, or settings, which turn it on.
    init(_ node: Node, _ reader: inout YAMLReader) {
        self.init()
        let entries = reader.entries(of: node, "`anomalies`", known: RuleName.allCases.map(\.rawValue) + ["hours"])
        if let node = entries["hours"] { setHours(Schedule(node, &reader)) }
        for name in RuleName.allCases {
            guard let node = entries[name.rawValue] else { continue }
            switch name {
            case .frozen: Self.read(node, &frozen, &reader)
            case .too_perfect: Self.read(node, &tooPerfect, &reader)
            case .impossible_speed: Self.read(node, &impossibleSpeed, &reader)
            case .speeding: Self.read(node, &speeding, &reader)
            case .flapping: Self.read(node, &flapping, &reader)
            case .idle: Self.read(node, &idle, &reader)
            case .outside_allowed: Self.read(node, &outsideAllowed, &reader)
            case .inside_forbidden: Self.read(node, &insideForbidden, &reader)
            }
        }
    }

    /// For all rules that hold in hours.
    private mutating func setHours(_ hours: Schedule) {
        idle?.scope.hours = hours
        outsideAllowed?.scope.hours = hours
        insideForbidden?.scope.hours = hours
    }

    private static func read<Read: Rule>(_ node: Node, _ rule: inout Read?, _ reader: inout YAMLReader) {
        let name = Read.name.rawValue
        guard node.mapping != nil else {
            guard let word = reader.text(node, name) else { return }
            switch word {
            case "on", "true", "yes": rule = rule ?? Read()
            case "off", "false", "no": rule = nil
            default:
                reader.report(
                    node, "`\(name)` can't be `\(word)`",
                    "write `on`, `off`, or its settings, as `\(name): {\(Read.settings.first?.name ?? "groups"): …}`")
            }
            return
        }
        var read = rule ?? Read()
        let known =
            Read.settings.map(\.name) + ["groups"] + (Read.takesFences ? ["fences"] : [])
            + (Read.takesHours ? ["hours"] : [])
        let entries = reader.entries(of: node, "`\(name)`", known: known)
        for setting in Read.settings {
            if let value = reader.decimal(
                entries[setting.name], setting.name, in: setting.range, isWhole: setting.isCount)
            {
                read[keyPath: setting.path] = value
            }
        }
        if let node = entries["groups"] { read.scope.groups = words(node, "groups", of: name, &reader) }
        if let node = entries["fences"] { read.scope.fences = words(node, "fences", of: name, &reader) }
        if let node = entries["hours"] { read.scope.hours = Schedule(node, &reader) }
        rule = read
    }

    private static func words(_ node: Node, _ key: String, of rule: String, _ reader: inout YAMLReader) -> [String] {
        let items = reader.list(node, "`\(key)` of `\(rule)`")
        if items.isEmpty, node.sequence != nil {
            reader.report(node, "`\(key)` of `\(rule)` is empty", "name some, or leave it out for all")
        }
        return items.compactMap { reader.text($0, key) }
    }
}
