/// One thing that is wrong, or worth a word, in a fence file: one line.
public struct FenceIssue: Equatable, Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// From 1.
    public var line: Int?
    /// The fence's id; `feature 3`, counted from 1, where it has none; `nil` where it concerns the whole file.
    public var featureID: String?
    /// Whether ``featureID`` is an id that stands in the file.
    public var isNamed: Bool
    /// What is wrong.
    public var what: String
    /// How to mend it.
    public var mend: String

    public init(
        file: String, line: Int? = nil, featureID: String? = nil, isNamed: Bool = true, what: String, mend: String
    ) {
        self.file = file
        self.line = line
        self.featureID = featureID
        self.isNamed = isNamed
        self.what = what
        self.mend = mend
    }

    /// `hq.geojson:12: fence "hq": radius_m is -5: give more than 0`
    public var description: String {
        let place = line.map { ":\($0)" } ?? ""
        let subject = featureID.map { isNamed ? "fence \"\($0)\": " : "\($0): " } ?? ""
        return Self.onOneLine("\(file)\(place): \(subject)\(what)\(mend.isEmpty ? "" : ": \(mend)")")
    }

    /// Whatever stands in a file's strings, an issue stays one line.
    private static func onOneLine(_ text: String) -> String {
        let breaks: Set<Unicode.GeneralCategory> = [.control, .lineSeparator, .paragraphSeparator]
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { breaks.contains($0.properties.generalCategory) ? " " : $0 }))
    }
}

/// Everything that is wrong in a set of fence files, at once; at least one.
public struct FenceErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// By file and line; at most ``Limits/fenceIssues``.
    public var issues: [FenceIssue]
    /// Further ones that are not kept.
    public var unlisted: Int

    public init(issues: [FenceIssue], unlisted: Int = 0) {
        self.issues = issues
        self.unlisted = unlisted
    }

    /// One line each.
    public var description: String {
        (issues.map(\.description) + (unlisted > 0 ? ["and \(unlisted) more"] : [])).joined(separator: "\n")
    }
}
