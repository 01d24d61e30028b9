import ArgumentParser
import Geometry
import Glibc
import Platform

/// Fences for what reads them as files.
struct FenceFiles: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fences", abstract: "Writes a made-up city's fences into a folder, a thousand a file.")

    @Argument(help: "The folder, which is there.")
    var folder: String

    @Option(help: "How many.")
    var count = 100_000

    @Option(help: "Vertices of each.")
    var vertices = 100

    @Option(help: "Kilometres along the region's edge.")
    var side = 158.0

    func run() throws {
        for file in City(side_m: side * 1000).fences(count, vertices: vertices...vertices) {
            let open = try Descriptor.open("\(folder)/\(file.name)", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
            try checked("write", "cannot write \(file.name)") {
                unsafe write(open.number, file.bytes, file.bytes.count) == file.bytes.count ? 0 : -1
            }
        }
    }
}
