internal import Engine
internal import Geometry
internal import Positioning
internal import Store

extension Journal {
    /// The fences that were in force, version by version, as far back as late fixes may come; the last is in force.
    /// - Parameters:
    ///   - given: taken as having been in force for all time, and kept so, where the store knows of none.
    ///   - complain: told of a version that cannot be read any more; it is left out.
    /// - Throws: SQLite's error
    func knownFences(
        orElse given: FenceCatalogue, complain: (_ problem: String) -> Void = { _ in }
    ) throws -> [FenceVersion] {
        var versions: [FenceVersion] = []
        for stored in try fenceVersions() {
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
        _ = try commit(batch)
        return [FenceVersion(given)]
    }
}
