import ArgumentParser
import Positioning
import Protocols

struct DecodeBytes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Nanoseconds to decode a file's bytes from memory, in pieces as sources give them.")

    @Argument(help: "NMEA 0183.")
    var file: String

    @Option(help: "The share of the file that is decoded, in percent.")
    var share = 100

    @Option(help: "Bytes of a piece.")
    var piece = 1 << 16

    func run() throws {
        let bytes = try contents(of: file)
        let count = bytes.count * share / 100
        var decoder = NMEADecoder()
        var reports: [Report] = []
        var fixes = 0
        let taken = nanoseconds {
            var start = 0
            while start < count {
                let end = min(count, start + piece)
                decoder.decode(bytes.span.extracting(start..<end), into: &reports)
                fixes += reports.count
                reports.removeAll(keepingCapacity: true)
                start = end
            }
        }
        guard fixes > 0, decoder.counters.badChecksums == 0 else { throw ValidationError("\(file): no fixes") }
        print(taken)
    }
}
