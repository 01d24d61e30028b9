/// One thing that is wrong with a configuration, in one line: where, what, and how to mend it.
public struct ConfigurationIssue: Error, Equatable, Sendable, CustomStringConvertible {
    public var file: String
    /// From 1; `nil` where it is about the file as a whole.
    public var line: Int?
    public var what: String
    public var mend: String

    public init(file: String, line: Int?, what: String, mend: String) {
        self.file = file
        self.line = line
        self.what = what
        self.mend = mend
    }

    public var description: String {
        "\(file)\(line.map { ":\($0)" } ?? ""): \(what): \(mend)"
    }
}

/// All that is wrong, at once.
public struct ConfigurationErrors: Error, Equatable, Sendable, CustomStringConvertible {
    public var lines: [String]

    public init(lines: [String]) { self.lines = lines }

    public var description: String { lines.joined(separator: "\n") }
}
