internal import Fencing

/// What one file of fences holds, read and checked: files are read without regard to each other, and so side by side.
public struct FenceReading: Sendable {
    let file: FenceFile
    /// Those with nothing wrong, in the file's order.
    private(set) var found: [LoadedFence] = []
    private(set) var log = IssueLog()

    /// - Throws: where GEOS is out of memory; what is wrong in the file is told by ``FenceCatalogue/init(_:)``.
    public init(_ file: FenceFile) throws(FenceErrors) {
        self.file = file
        do {
            try FileReader(file: file.name, context: GEOSContext()).read(file.bytes, into: &found, &log)
        } catch {
            throw FenceErrors(issues: [FenceIssue(file: "fences", what: "\(error)", mend: "free some memory")])
        }
    }
}

/// One fence as a file gave it.
struct LoadedFence: Sendable {
    let fence: Fence
    let shape: Shape
    let outline: Outline
    /// Where it begins in the file, bytes.
    let offset: Int

    init(_ fence: Fence, _ shape: Shape, offset: Int) {
        self.fence = fence
        self.shape = shape
        self.offset = offset
        outline = Outline(of: shape)
    }
}

/// The fences of some files by id, in the order of its UTF-8 bytes.
struct FenceOrder: Sendable {
    struct Place: Sendable {
        var reading: Int
        /// Of the reading's fences.
        var number: Int
        /// The id's first eight bytes; the earlier one weighs more.
        var key: UInt64
    }

    let places: [Place]
    private let readings: [FenceReading]

    init(_ readings: [FenceReading]) {
        self.readings = readings
        var places: [Place] = []
        for (reading, content) in readings.enumerated() {
            for (number, loaded) in content.found.enumerated() {
                places.append(Place(reading: reading, number: number, key: Self.key(loaded.fence.id)))
            }
        }
        places.sort { $0.key < $1.key || $0.key == $1.key && Self.precedes($0, $1, readings) }
        self.places = places
    }

    private static func key(_ id: String) -> UInt64 {
        var (key, room): (UInt64, UInt64) = (0, 64)
        for byte in id.utf8.prefix(8) {
            room -= 8
            key |= UInt64(byte) << room
        }
        return key
    }

    private static func precedes(_ a: Place, _ b: Place, _ readings: [FenceReading]) -> Bool {
        let first = readings[a.reading].found[a.number].fence.id.utf8
        let second = readings[b.reading].found[b.number].fence.id.utf8
        if first.elementsEqual(second) { return (a.reading, a.number) < (b.reading, b.number) }
        return first.lexicographicallyPrecedes(second)
    }

    func loaded(_ place: Place) -> LoadedFence { readings[place.reading].found[place.number] }

    /// Those whose id another has that comes before them, with that one.
    var repeated: [(first: Place, again: Place)] {
        zip(places, places.dropFirst()).filter {
            $0.key == $1.key && loaded($0).fence.id.utf8.elementsEqual(loaded($1).fence.id.utf8)
        }.map { (first: $0, again: $1) }
    }
}
