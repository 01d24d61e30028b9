import ArgumentParser
import Glibc
import Platform

/// What a part of geofenced costs by itself, for `Benchmarks/ratios`: a subcommand a workload, a round a run.
///
/// Each prints one whole number and nothing else: nanoseconds of processor time, or bytes; its help says of what.
@main
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a part of geofenced by itself.",
        subcommands: [DecodeBytes.self, EngineCost.self, FenceFiles.self, Journaling.self, Recording.self])
}

/// - Returns: nanoseconds of this thread's processor time, for other work on the machine counts little in it.
func nanoseconds(of work: () throws -> Void) rethrows -> Int64 {
    let began = Machine.threadTime
    try work()
    let (seconds, attoseconds) = (Machine.threadTime - began).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
}

/// - Returns: all bytes of a file.
func contents(of path: String) throws -> [UInt8] {
    let file = try Descriptor.open(path, flags: O_RDONLY)
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while let count = try file.read(into: &piece, what: "cannot read \(path)"), count > 0 { all += piece[..<count] }
    return all
}
