import Foundation
import Ingest
import Platform
import Positioning
import Protocols
import TestSupport
import Testing

/// The logs of real receivers, each carried by every kind of source in drawn pieces: what arrives is what the decoder
/// makes of the log itself.
@Suite struct CarrierTests {
    /// Logs of receivers, where the corpus stands beside the package.
    private static let logs: [String] = {
        var package = URL(filePath: #filePath)
        for _ in 0..<3 { package.deleteLastPathComponent() }
        let folder = package.deletingLastPathComponent().appending(path: "shared/corpus/nmea").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let logs = names.filter { $0.hasSuffix(".log") }.sorted().map { "\(folder)/\($0)" }
        if logs.isEmpty { print("skipped: the NMEA corpus is not beside the package") }
        return logs
    }()

    @Test(arguments: logs) func overUDP(log: String) throws {
        try compare(log) { bench, pieces in
            let source = UDPSource(endpoint: try #require(Endpoint("127.0.0.1:0")), wiring: bench.wiring)
            try source.start()
            let port = try #require(source.boundPort)
            let sender = try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: port)))
            for piece in pieces { try sender.send(piece) }
            source.stop()
        }
    }

    @Test(arguments: logs) func overTCP(log: String) throws {
        try compare(log) { bench, pieces in
            let source = TCPSource(endpoint: try #require(Endpoint("127.0.0.1:0")), wiring: bench.wiring)
            try source.start()
            let client = try Client(port: try #require(source.boundPort))
            for piece in pieces { client.send(piece) }
            let size = pieces.joined().count
            #expect(eventually { bench.totals.bytes == size })
            source.stop()
        }
    }

    @Test(arguments: logs) func overASerialLine(log: String) throws {
        try compare(log) { bench, pieces in
            let folder = try TemporaryFolder()
            let receiver = try Receiver(at: "\(folder.path)/gps")
            // At a fixed rate: what of a log is no sentence must not be taken for a wrong one.
            let source = SerialSource(path: "\(folder.path)/gps", baud: .fixed(.b9600), wiring: bench.wiring)
            try source.start()
            for piece in pieces { receiver.say(piece) }
            let size = pieces.joined().count
            #expect(eventually { bench.totals.bytes == size })
            source.stop()
        }
    }

    @Test(arguments: logs) func fromAPackedFile(log: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("log", try Self.bytes(log))
        let status = unsafe system("gzip '\(path)'")
        try #require(status == 0)
        #expect(try Self.bytes(path + ".gz") == Self.bytes(log))
    }

    /// - Parameter carry: starts a source, gives it the pieces and stops it.
    private func compare(_ log: String, _ carry: (Bench, [[UInt8]]) throws -> Void) throws {
        let bytes = try Self.bytes(log)
        var decoder = NMEADecoder()
        var expected: [Report] = []
        decoder.decode(bytes.span, into: &expected)
        decoder.finish(into: &expected)
        try #require(!expected.isEmpty)

        var outcome: [Report] = []
        // Where the machine is so busy that a pause comes between two pieces, an epoch may rightly be told as two.
        for attempt in 0..<5 as Range<UInt64> {
            let bench = Bench(makeDecoder: { NMEADecoder() })
            try carry(bench, Self.pieces(of: bytes, seed: attempt))
            outcome = bench.rest().map(\.report)
            if outcome == expected { break }
        }
        #expect(outcome == expected, "\(log)")
    }

    private static func pieces(of bytes: [UInt8], seed: UInt64) -> [[UInt8]] {
        var random = SeededGenerator(seed: seed)
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...700, using: &random))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try ByteStream(path: path).read { piece in
            unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
