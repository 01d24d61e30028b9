import ArgumentParser
import Positioning
import Protocols

struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turns recorded bytes into fixes, one JSON object a line.",
        discussion: "Example: geofenced decode --device van-01 van-01.nmea.gz")

    @OptionGroup var input: RecordedInput

    @Flag(help: "Also print what is no usable fix, with `rejected` and the reason.")
    var all = false

    func run() throws {
        try reporting {
            let output = Output()
            var counters = DecoderCounters()
            var (fixes, rejected) = (0, 0)
            try input.decode(counters: &counters) { reports, device in
                for report in reports {
                    if report.rejection == nil { fixes += 1 } else { rejected += 1 }
                    guard all || report.rejection == nil else { continue }
                    try output.append { bytes in
                        report.appendJSON(to: &bytes, device: device)
                        bytes.append(UInt8(ascii: "\n"))
                    }
                }
                // Per piece of input, so that a live pipe's fixes are seen as they come.
                try output.flush()
            }
            // With `--all`, each of them was printed.
            if !all || rejected == 0 { input.tellWhereNothingCame(counters, fixes: fixes, rejected: rejected) }
        }
    }
}
