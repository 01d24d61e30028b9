internal import Positioning
internal import Yams

/// Reads a YAML file key by key and collects what is wrong with it, by line; reading goes on after an error, so that all
/// are told at once.
struct YAMLReader {
    let file: String
    private(set) var issues: [ConfigurationIssue] = []

    init(file: String) { self.file = file }

    /// - Returns: the document's root, `nil` where the file is empty or no YAML (then there is an issue).
    mutating func root(of text: String) -> Node? {
        do {
            // Editors of other systems begin UTF-8 with a byte order mark; it would become a part of the first key.
            let hasMark = text.unicodeScalars.first == "\u{FEFF}"
            return try Yams.compose(yaml: hasMark ? String(text.unicodeScalars.dropFirst()) : text)
        } catch let error as YamlError {
            if case .duplicatedKeysInMapping(let keys, let context) = error {
                let names = keys.map { "`\($0)`" }.joined(separator: ", ")
                report(context.mark.line, "the settings that begin here have \(names) twice", "keep one of them")
            } else {
                let (line, what) = Self.explain(error)
                report(line, "is not YAML: \(what)", "mend the syntax there; check quotes, colons and indentation")
            }
        } catch {
            report(Int?.none, "is not YAML: \(error)", "mend the syntax")
        }
        return nil
    }

    mutating func report(_ node: Node?, _ what: String, _ mend: String) {
        report(node?.mark?.line, what, mend)
    }

    mutating func report(_ line: Int?, _ what: String, _ mend: String) {
        issues.append(ConfigurationIssue(file: file, line: line, what: what, mend: mend))
    }

    /// The entries of a mapping whose keys are all among `known`; unknown keys are issues.
    mutating func entries(of node: Node, _ name: String, known: [String]) -> [String: Node] {
        guard case .mapping(let mapping) = node else {
            report(
                node, "\(name) must be settings, one `key: value` a line",
                "see that each key has a colon and a space after it, and no `- ` before it")
            return [:]
        }
        var entries: [String: Node] = [:]
        for (key, value) in mapping {
            let word = key.string ?? ""
            guard known.contains(word) else {
                report(key, "unknown key `\(word)` in \(name)", Spelling.advice(for: word, among: known))
                continue
            }
            entries[word] = value
        }
        return entries
    }

    mutating func list(_ node: Node, _ name: String) -> [Node] {
        guard case .sequence(let sequence) = node else {
            report(node, "\(name) must be a list", "begin each of its lines with `- `")
            return []
        }
        return Array(sequence)
    }

    mutating func text(_ node: Node?, _ name: String) -> String? {
        guard let node else { return nil }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty, node.null == nil else {
            report(node, "`\(name)` has no value", "write one after the colon, or leave the line out for the default")
            return nil
        }
        return scalar.string
    }

    mutating func number(_ node: Node?, _ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let word = text(node, name) else { return nil }
        if let value = Int(word), range.contains(value) { return value }
        report(
            node, "`\(name)` can't be `\(word)`",
            "write a whole number from \(range.lowerBound) to \(range.upperBound), without separators")
        return nil
    }

    /// - Parameter isWhole: only whole numbers make sense.
    mutating func decimal(
        _ node: Node?, _ name: String, in range: ClosedRange<Double>, isWhole: Bool = false
    ) -> Double? {
        guard let word = text(node, name) else { return nil }
        if let value = Double(word), range.contains(value), !isWhole || value == value.rounded() { return value }
        var bounds: [UInt8] = []
        bounds.appendDecimal(range.lowerBound, decimals: 3)
        bounds += Array(" to ".utf8)
        bounds.appendDecimal(range.upperBound, decimals: 3)
        report(
            node, "`\(name)` can't be `\(word)`",
            "write a \(isWhole ? "whole " : "")number from \(String(decoding: bounds, as: UTF8.self)), without a unit")
        return nil
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(_ node: Node?, _ name: String) -> Value?
    where Value.RawValue == String {
        guard let word = text(node, name) else { return nil }
        if let value = Value(rawValue: word) { return value }
        report(
            node, "`\(name)` can't be `\(word)`",
            Spelling.advice(for: word, among: Value.allCases.map(\.rawValue)))
        return nil
    }

    private static func explain(_ error: YamlError) -> (Int?, String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (mark.line, problem)
        case .reader(let problem, let offset, _, _):
            return (nil, "\(problem)\(offset.map { " at byte \($0)" } ?? "")")
        case .no, .memory, .duplicatedKeysInMapping, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return (nil, "\(error)")
        }
    }
}
