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
    public init() { self.init([], of: [], warnings: []) }

    private init(_ found: [LoadedFence], of files: [FenceFile], warnings: [FenceIssue]) {
        self.files = files
        fences = found.map(\.fence)
        shapes = found.map(\.shape)
        placed = PlacedShapes(shapes)
        self.warnings = warnings
    }

    /// Reads and checks all files.
    /// - Throws: all that is wrong in any of them.
    public static func load(_ files: [FenceFile]) throws(FenceErrors) -> FenceCatalogue {
        let context: GEOSContext
        do { context = try GEOSContext() } catch {
            throw FenceErrors(issues: [FenceIssue(file: "fences", what: "\(error)", mend: "free some memory")])
        }
        var log = IssueLog()
        var found: [LoadedFence] = []
        let files = files.sorted { ($0.name, $0.bytes.count) < ($1.name, $1.bytes.count) }
        for file in files {
            FileReader(file: file.name, context: context).read(file.bytes, into: &found, &log)
        }
        found.sort { $0.fence.id.utf8.lexicographicallyPrecedes($1.fence.id.utf8) }
        for (first, again) in zip(found, found.dropFirst()) where first.fence.id.utf8.elementsEqual(again.fence.id.utf8)
        {
            log.error(
                FenceIssue(
                    file: again.file, line: again.line, featureID: again.fence.id,
                    what: "the id stands already at \(first.file):\(first.line)",
                    mend: "give each fence an id of its own"))
        }
        guard log.errors.isEmpty else {
            throw FenceErrors(issues: log.errors.sorted(by: Self.precedes), unlisted: log.unlistedErrors)
        }
        return FenceCatalogue(found, of: files, warnings: log.warnings.sorted(by: Self.precedes))
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

/// One fence as a file gave it.
struct LoadedFence {
    var fence: Fence
    var shape: Shape
    var file: String
    var line: Int
}
