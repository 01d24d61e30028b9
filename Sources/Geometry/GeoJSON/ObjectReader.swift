internal import Positioning

/// Takes values of a JSON object by name, and says in an issue's words what is wrong with them.
struct ObjectReader {
    /// Whom an issue names.
    enum Subject {
        case fence(id: String)
        /// From 1.
        case feature(Int)
    }

    let members: [(name: String, value: JSONValue)]
    let file: String
    let subject: Subject?

    init(_ members: [(name: String, value: JSONValue)], file: String, subject: Subject?) {
        self.members = members
        self.file = file
        self.subject = subject
    }

    /// `nil` where there is no such name.
    subscript(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

    func issue(_ value: JSONValue, _ what: String, _ mend: String) -> FenceIssue {
        var issue = FenceIssue(file: file, line: value.line, what: what, mend: mend)
        switch subject {
        case .fence(let id): issue.featureID = id
        case .feature(let number): (issue.featureID, issue.isNamed) = ("feature \(number)", false)
        case nil: break
        }
        return issue
    }

    /// RFC 8259, section 4: what a repeated name means is nobody's agreement.
    func reportRepeated(_ names: [String], _ log: inout IssueLog) {
        for name in names {
            let count = members.count { $0.name == name }
            if count > 1, let last = members.last(where: { $0.name == name }) {
                log.error(issue(last.value, "\"\(name)\" stands \(count) times", "leave one"))
            }
        }
    }

    /// A value that is not there, or null.
    func given(_ name: String) -> JSONValue? { self[name].flatMap { $0.kind == .null ? nil : $0 } }

    func string(_ name: String, _ log: inout IssueLog) -> String? {
        guard let value = given(name) else { return nil }
        guard let text = value.string else {
            log.error(issue(value, "\(name) is \(value.kindName)", "it must be a string"))
            return nil
        }
        return text
    }

    /// A number within a range.
    /// - Parameter unit: as its name ends: "seconds".
    func number(
        _ name: String, _ unit: String, within range: ClosedRange<Double>, _ log: inout IssueLog
    ) -> Double? {
        guard let value = given(name) else { return nil }
        let words = "\(unit), \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        guard let number = value.number else {
            log.error(issue(value, "\(name) is \(value.kindName)", "it must be a number: \(words)"))
            return nil
        }
        guard range.contains(number) else {
            log.error(issue(value, "\(name) is \(Self.cut(value.numberText ?? ""))", "it must be \(words)"))
            return nil
        }
        return number
    }

    private static func plain(_ bound: Double) -> String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(bound, decimals: 1)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What a file says, short enough for one line.
    static func cut(_ text: String) -> String {
        let short = text.prefix(Limits.quotedCharacters)
        return short.endIndex == text.endIndex ? text : "\(short)…"
    }

    /// One of a list of words.
    func choice<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Word.Type, _ log: inout IssueLog
    ) -> Word? {
        guard let value = given(name), let text = string(name, &log) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        log.error(issue(value, "\(name) is \"\(Self.cut(text))\"", Self.advice(for: text, among: words)))
        return nil
    }

    /// The whole list, and the word of it that was probably meant.
    static func advice(for written: String, among words: [String]) -> String {
        let near = Spelling.advice(for: written, among: words)
        return "it must be one of \(words.joined(separator: ", "))\(near.hasSuffix("?") ? " (\(near))" : "")"
    }

    func strings(_ name: String, _ log: inout IssueLog) -> [String] {
        guard let value = given(name) else { return [] }
        guard let elements = value.elements else {
            log.error(issue(value, "\(name) is \(value.kindName)", "it must be a list of strings: [\"a\", \"b\"]"))
            return []
        }
        return elements.compactMap { element in
            if element.string == nil {
                log.error(issue(element, "\(name) holds \(element.kindName)", "it must hold strings only"))
            }
            return element.string
        }
    }
}
