public import Anomalies
internal import Engine
public import Geometry
internal import Positioning
public import Store

/// Holds a store against what its journal's invariants promise: by itself, against the event file, and against the core.
///
/// It only reads, and sees the store at one moment, so a daemon may go on writing meanwhile.
public struct Verification: Sendable {
    public var store: String
    /// Pieces of the event file, from the oldest on; the last one is the file that the daemon writes.
    public var eventFiles: [String] = []
    /// The fences that the events were decided with, where the store itself has none.
    public var catalogue: FenceCatalogue?
    /// Whose devices' groups apply.
    public var registry = Registry()
    /// The rules by which anomalies are compared.
    public var rules = Rules()

    public init(store: String) { self.store = store }

    /// Runs all checks, one after the other.
    /// - Parameter report: given each check's findings when it is over.
    /// - Throws: `StoreError` where there is no store to check; whatever is wrong inside is a finding.
    public func run(_ report: (Findings) throws -> Void) throws {
        let reader = try StoreReader(path: store)
        var interruption: (any Error)?
        do {
            try reader.atOneMoment { moment in
                do { try check(moment, report) } catch { interruption = error }
            }
        } catch let error as StoreError {
            throw error
        } catch {
            // SQLite gives a damaged file up only at the transaction's end.
            try report(Findings.of("integrity") { _ in throw error })
        }
        if let interruption { throw interruption }
    }

    private func check(_ moment: StoreMoment, _ report: (Findings) throws -> Void) throws {
        try report(moment.checkIntegrity())
        try report(moment.checkNumbers())
        try report(moment.checkLines())
        try report(moment.checkRetractions())
        try report(moment.checkAlternation())
        if !eventFiles.isEmpty {
            // By a connection of its own, which sees what was committed since.
            let later = try StoreReader(path: store)
            try report(EventFileCheck(files: eventFiles, moment: moment, later: later).run())
        }
        try report(replay(moment))
    }

    private func replay(_ moment: StoreMoment) -> Findings {
        Findings.of("replay") { findings in
            var versions = try moment.fences()
            if versions.isEmpty, let catalogue {
                versions = [StoredFences(since: FenceVersion.always, files: catalogue.files)]
            }
            guard !versions.isEmpty else {
                findings.notes.append("the store has no fences: give --fences DIR, or --config FILE that names them")
                return
            }
            var check = try ReplayCheck(versions, groups: registry.groups, rules: rules)
            for device in try moment.devices() { try check.run(device, moment, &findings) }
            findings.notes += check.notes
        }
    }
}
