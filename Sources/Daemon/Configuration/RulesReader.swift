internal import Anomalies
internal import Positioning
internal import Yams

extension Rules {
    /// Reads the settings under `anomalies`: each rule's name with `on`, `off`, or settings, which turn it on.
    init(_ node: Node, _ reader: inout YAMLReader) {
        self.init()
        let entries = reader.entries(of: node, "`anomalies`", known: RuleName.allCases.map(\.rawValue) + ["hours"])
        var settings = RuleSettings(
            entries: entries, hours: entries["hours"].map { Schedule($0, &reader) }, reader: reader)
        visit(&settings)
        reader = settings.reader
    }
}

private struct RuleSettings: RuleVisitor {
    let entries: [String: Node]
    /// For all rules that hold in hours.
    let hours: Schedule?
    var reader: YAMLReader

    mutating func visit<Read: Rule>(_ rule: inout Read?) {
        if Read.takesHours, let hours { rule?.scope.hours = hours }
        guard let node = entries[Read.name.rawValue] else { return }
        let name = Read.name.rawValue
        var blank = Read()
        if Read.takesHours { blank.scope.hours = hours }
        guard node.mapping != nil else {
            guard let word = reader.text(node, name) else { return }
            switch word {
            case "on", "true", "yes": rule = rule ?? blank
            case "off", "false", "no": rule = nil
            default:
                reader.report(
                    node, "`\(name)` can't be `\(word)`",
                    "write `on`, `off`, or its settings, as `\(name): {\(Read.settings.first?.name ?? "groups"): …}`")
            }
            return
        }
        var read = rule ?? blank
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
        if let node = entries["groups"] { read.scope.groups = words(node, "groups", of: name) }
        if let node = entries["fences"] { read.scope.fences = words(node, "fences", of: name) }
        if let node = entries["hours"] { read.scope.hours = Schedule(node, &reader) }
        rule = read
    }

    private mutating func words(_ node: Node, _ key: String, of rule: String) -> [String] {
        let items = reader.list(node, "`\(key)` of `\(rule)`")
        if items.isEmpty, node.sequence != nil {
            reader.report(node, "`\(key)` of `\(rule)` is empty", "name some, or leave it out for all")
        }
        return items.compactMap { reader.text($0, key) }
    }
}
