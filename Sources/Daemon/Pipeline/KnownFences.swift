internal import Engine
internal import Fencing
internal import Geometry
internal import Positioning
internal import Store

extension Journal {
    /// The fences that were in force, version by version, as far back as late fixes may come; the last is in force.
    /// - Parameters:
    ///   - given: taken as having been in force for all time, and kept so, where the store knows of none; who is inside of a
    ///     fence that it lacks leaves it then.
    ///   - complain: told of a version that cannot be read any more; it is left out.
    /// - Throws: SQLite's error, ``CommitError``
    func knownFences(
        orElse given: FenceCatalogue, complain: (_ problem: String) -> Void = { _ in }
    ) throws -> [FenceVersion] {
        var versions: [FenceVersion] = []
        for stored in try fenceVersions(sharing: given.files) {
            do throws(FenceErrors) {
                let catalogue = stored.files == given.files ? given : try FenceCatalogue.load(stored.files)
                versions.append(FenceVersion(catalogue, since: stored.since))
            } catch {
                complain("fences that were in force before cannot be read any more: \(error)")
            }
        }
        guard versions.isEmpty else { return versions }
        var batch = JournalBatch()
        batch.fences = FenceVersion(given)
        // Stays at fences that went while the store was not told of any, as one of version 1 never was.
        let known = Set(given.fences.map(\.id))
        batch.events = try lastingEnters().compactMap { enter, newest in
            guard let fence = enter.fence, !known.contains(fence) else { return nil }
            return Event.removal(of: fence, around: enter.device, at: newest)
        }
        _ = try commit(batch)
        emptyLog()
        return [FenceVersion(given)]
    }
}
