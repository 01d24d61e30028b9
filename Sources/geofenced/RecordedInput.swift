public import ArgumentParser
import Ingest
import Positioning
public import Protocols

/// The recordings that `decode` and `replay` read.
struct RecordedInput: ParsableArguments {
    @Option(name: .customLong("protocol"), help: "The protocol that the bytes are in.")
    var proto = TrackerProtocol.nmea

    @Option(help: "The device, where the stream does not name one. Default: the file's name.")
    var device: String?

    @Argument(help: "Files, plain or gzip; none, or -, is standard input.")
    var files: [String] = []

    /// Decodes all files, each as a stream of its own, in the order given.
    /// - Parameters:
    ///   - counters: the decoders' counts are added to it.
    ///   - idle: called where nothing more waits to be read, before it is waited for.
    ///   - body: given the reports as they come, and whose they are where the stream does not say.
    /// - Throws: `InputError` at the first file that can't be read to its end, after `body` had all that came before it;
    ///   or what `body` throws.
    func decode(
        counters: inout DecoderCounters, idle: () throws -> Void = {},
        _ body: (_ reports: [Report], _ device: String) throws -> Void
    ) throws {
        for file in files.isEmpty ? ["-"] : files {
            let device = device ?? Self.name(of: file)
            var decoder = proto.makeDecoder()
            var reports: [Report] = []
            var bar = ProgressBar(file == "-" ? "standard input" : file)
            defer { bar.clear() }
            var failure: InputError?
            do {
                try ByteStream(path: file).read(progress: { bar.show($0) }, idle: idle) { bytes in
                    decoder.decode(bytes, into: &reports)
                    try body(reports, device)
                    reports.removeAll(keepingCapacity: true)
                }
            } catch let error as InputError { failure = error }
            // What came before a damaged end is good.
            decoder.finish(into: &reports)
            try body(reports, device)
            counters.add(decoder.counters)
            if let failure { throw failure }
        }
    }

    /// No output and no error would look as if there had been no input.
    func tellWhereNothingCame(_ counters: DecoderCounters, fixes: Int, rejected: Int) {
        guard fixes == 0, counters.bytes > 0 else { return }
        Console.note(
            "0 fixes: \(counters.bytes) bytes, \(counters.frames) sentences, \(counters.badChecksums) bad checksums, "
                + "\(counters.missingChecksums) without checksum, \(counters.brokenFrames) broken, "
                + "\(rejected) positions rejected")
    }

    /// `van-01.nmea.gz` is `van-01`, and `192.0.2.7.nmea` is `192.0.2.7`.
    private static func name(of file: String) -> String {
        guard file != "-" else { return "stdin" }
        let last = file.split(separator: "/").last.map(String.init) ?? file
        let bare = last.hasSuffix(".gz") ? last.dropLast(3) : last[...]
        guard let dot = bare.lastIndex(of: "."), dot > bare.startIndex else { return String(bare) }
        return String(bare[..<dot])
    }
}

extension TrackerProtocol: ExpressibleByArgument {}
