internal import Positioning

/// What one check of a verification found.
public struct Findings: Sendable, Equatable {
    /// What was checked, as `seq`: begins each line.
    public let check: String
    /// The first of what is wrong, a sentence each; at most ``Limits/findings``.
    public private(set) var lines: [String] = []
    /// How much is wrong.
    public private(set) var count = 0
    /// What could not be checked, and why.
    public var notes: [String] = []

    public init(_ check: String) { self.check = check }

    public mutating func add(_ line: @autoclosure () -> String) {
        count += 1
        if lines.count < Limits.findings { lines.append(line()) }
    }

    /// Runs the check. What can't be read is a finding, too, and ends it.
    public static func of(_ check: String, _ body: (inout Findings) throws -> Void) -> Findings {
        var findings = Findings(check)
        do { try body(&findings) } catch { findings.add("cannot be checked to the end: \(error)") }
        return findings
    }
}
