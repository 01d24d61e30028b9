/// Where each device has its place, by its name, which is looked at there: of its own it keeps eight bytes a device, and free
/// ones between them, a quarter at least.
///
/// Open addressing, linear probing; what is removed leaves no mark, the entries behind it move up.
struct PlaceTable {
    private struct Entry {
        /// Of the name, so that few names have to be looked at.
        var hash: UInt32 = 0
        var place = PlaceTable.none

        var isFree: Bool { place == PlaceTable.none }
    }

    private static let none: Int32 = -1

    /// A power of two of them, or none at all.
    private var entries: [Entry] = []
    private var count = 0

    /// Bytes for each device, at most: just after it has grown, and while it grows.
    static var mostBytes: Int { MemoryLayout<Entry>.stride * 4 }

    /// - Parameter isIt: whether the device there has the name.
    func place(of name: DeviceName, where isIt: (Int32) -> Bool) -> Int32? {
        guard !entries.isEmpty else { return nil }
        let hash = Self.hash(of: name)
        var index = home(hash)
        while !entries[index].isFree {
            if entries[index].hash == hash, isIt(entries[index].place) { return entries[index].place }
            index = next(index)
        }
        return nil
    }

    /// One that isn't there.
    mutating func insert(_ place: Int32, of name: DeviceName) {
        if count * 4 >= entries.count * 3 { grow() }
        insert(Entry(hash: Self.hash(of: name), place: place))
        count += 1
    }

    /// One that is there.
    mutating func remove(_ place: Int32, of name: DeviceName) {
        guard !entries.isEmpty else { return }
        var hole = home(Self.hash(of: name))
        while entries[hole].place != place {
            if entries[hole].isFree { return }
            hole = next(hole)
        }
        var index = next(hole)
        while !entries[index].isFree {
            // It may move up where it stays behind its home.
            let way = (index &- home(entries[index].hash)) & (entries.count - 1)
            if way >= (index &- hole) & (entries.count - 1) {
                entries[hole] = entries[index]
                hole = index
            }
            index = next(index)
        }
        entries[hole] = Entry()
        count -= 1
    }

    private mutating func insert(_ entry: Entry) {
        var index = home(entry.hash)
        while !entries[index].isFree { index = next(index) }
        entries[index] = entry
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(), count: max(8, old.count * 2))
        for entry in old where !entry.isFree { insert(entry) }
    }

    private func home(_ hash: UInt32) -> Int { Int(hash) & (entries.count - 1) }

    private func next(_ index: Int) -> Int { (index + 1) & (entries.count - 1) }

    private static func hash(of name: DeviceName) -> UInt32 { UInt32(truncatingIfNeeded: name.hashValue) }
}
