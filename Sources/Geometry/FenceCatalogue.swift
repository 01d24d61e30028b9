public import Fencing

/// Everything that was loaded: validated fences and their shapes as plain values, for all shards.
public struct FenceCatalogue: Sendable {
    /// What it was read from, as it was, by name.
    public let files: [FenceFile]
    /// By id, in the order of its UTF-8 bytes: the same whatever the files' order.
    public let fences: [Fence]
    /// By file and line.
    public let warnings: [FenceIssue]
    let shapes: [Shape]
    /// The same, ready to be asked.
    let placed: PlacedShapes

    /// No fences.
    public init() {
        (files, fences, warnings, shapes) = ([], [], [], [])
        placed = PlacedShapes(FenceOrder([]), OwnThread())
    }

    /// Reads and checks all files.
    /// - Throws: all that is wrong in any of them.
    public static func load(_ files: [FenceFile]) throws(FenceErrors) -> FenceCatalogue {
        var readings: [FenceReading] = []
        for file in files { readings.append(try FenceReading(file)) }
        return try FenceCatalogue(readings)
    }

    /// Of files that were read, each by itself.
    /// - Parameter workers: who does what falls into pieces.
    /// - Throws: all that is wrong in any of them, or between them.
    public init(_ readings: [FenceReading], by workers: some Workers = OwnThread()) throws(FenceErrors) {
        let readings = readings.sorted { ($0.file.name, $0.file.bytes.count) < ($1.file.name, $1.file.bytes.count) }
        var log = IssueLog()
        for reading in readings { log.add(reading.log) }
        let order = FenceOrder(readings)
        Self.report(order.repeated, order, readings, &log)
        guard log.errors.isEmpty else {
            throw FenceErrors(issues: log.errors.sorted(by: Self.precedes), unlisted: log.unlistedErrors)
        }
        files = readings.map(\.file)
        fences = order.places.map { order.loaded($0).fence }
        shapes = order.places.map { order.loaded($0).shape }
        warnings = log.warnings.sorted(by: Self.precedes)
        placed = PlacedShapes(order, workers)
    }

    private static func report(
        _ repeated: [(first: FenceOrder.Place, again: FenceOrder.Place)], _ order: FenceOrder,
        _ readings: [FenceReading], _ log: inout IssueLog
    ) {
        guard !repeated.isEmpty else { return }
        let lines = readings.map { LineCount($0.file.bytes) }
        func line(_ place: FenceOrder.Place) -> Int { lines[place.reading].line(at: order.loaded(place).offset) }
        for (first, again) in repeated {
            log.error(
                FenceIssue(
                    file: readings[again.reading].file.name, line: line(again),
                    featureID: order.loaded(again).fence.id,
                    what: "the id stands already at \(readings[first.reading].file.name):\(line(first))",
                    mend: "give each fence an id of its own"))
        }
    }

    private static func precedes(_ a: FenceIssue, _ b: FenceIssue) -> Bool {
        (a.file, a.line ?? 0, a.what) < (b.file, b.line ?? 0, b.what)
    }

    /// What shape a fence has, for people: "polygon, 24 vertices, 0.12 km2", "circle, 150 m", "corridor, 3.2 km x 40
    /// m".
    /// - Parameter fence: an index of ``fences``.
    public func describeShape(of fence: Int) -> String { shapes[fence].description }
}

extension FenceCatalogue: Equatable {
    /// Equal where the same is decided with them, however their files are named and laid out.
    public static func == (a: FenceCatalogue, b: FenceCatalogue) -> Bool {
        a.fences == b.fences && a.shapes == b.shapes
    }
}
