internal import Positioning

/// Errors and warnings as they are found.
struct IssueLog {
    private(set) var errors: [FenceIssue] = []
    private(set) var warnings: [FenceIssue] = []
    private(set) var unlistedErrors = 0

    mutating func error(_ issue: FenceIssue) {
        if errors.count < Limits.fenceIssues { errors.append(issue) } else { unlistedErrors += 1 }
    }

    mutating func warn(_ issue: FenceIssue) {
        if warnings.count < Limits.fenceIssues { warnings.append(issue) }
    }

    /// Takes up another's, found after these.
    mutating func add(_ other: IssueLog) {
        for issue in other.errors { error(issue) }
        unlistedErrors += other.unlistedErrors
        for issue in other.warnings { warn(issue) }
    }

    var errorCount: Int { errors.count + unlistedErrors }
}
