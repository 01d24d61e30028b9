import ArgumentParser
import Platform

/// What a part of geofenced costs by itself, for `Benchmarks/ratios`: a subcommand a workload, a round a run.
///
/// Each prints one whole number and nothing else: nanoseconds of processor time, or bytes; its help says of what.
@main
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a part of geofenced by itself.", subcommands: [])
}

/// - Returns: nanoseconds of this thread's processor time, for other work on the machine counts little in it.
func nanoseconds(of work: () throws -> Void) rethrows -> Int64 {
    let began = Machine.threadTime
    try work()
    let (seconds, attoseconds) = (Machine.threadTime - began).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
}
