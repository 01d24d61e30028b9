import Foundation
import Positioning
import Protocols
import Testing

/// Logs of real receivers, where the corpus stands beside the package: each epoch that must give a fix gives exactly one, at
/// a position that one of its sentences gives; no other epoch gives any.
@Suite("Corpus")
struct CorpusTests {
    private struct Epoch: Decodable {
        var kind: String
        var time: String?
        var tods: [Double]
        var accept: [[Double]]
    }

    private static let folder: URL? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = package.deletingLastPathComponent().appending(path: "shared/corpus/nmea")
        guard FileManager.default.fileExists(atPath: folder.appending(path: "expected").path) else {
            print("The NMEA corpus is not beside the package: its logs are not read.")
            return nil
        }
        return folder
    }()

    private static let names: [String] = {
        guard let folder, let all = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return [] }
        return all.filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }.sorted()
    }()

    @Test("Each log", .enabled(if: !names.isEmpty), arguments: names)
    func log(name: String) throws {
        let folder = try #require(Self.folder)
        let bytes = Array(try Data(contentsOf: folder.appending(path: "\(name).log")))
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).filter {
            $0.first != UInt8(ascii: "#")
        }
        let stream = Array(lines.joined(separator: [0x0A]))
        let expected = try String(contentsOf: folder.appending(path: "expected/\(name).jsonl"), encoding: .utf8)
            .split(separator: "\n").map { try JSONDecoder().decode(Epoch.self, from: Data($0.utf8)) }
        let found = reports(stream).filter { $0.rejection == nil }
        #expect(found == reports(stream, piece: 1).filter { $0.rejection == nil })

        var isMatched = [Bool](repeating: false, count: expected.count)
        var last = 0
        for fix in found {
            let near = expected.indices.filter { !isMatched[$0] && matches(fix, expected[$0]) }
            let place = try #require(near.min { abs($0 - last) < abs($1 - last) }, "no epoch for \(fix)")
            isMatched[place] = true
            last = place
            let epoch = expected[place]
            if epoch.kind == "required", let time = epoch.time { #expect(fix.time == Timestamp(time)) }
        }
        for (epoch, isMatched) in zip(expected, isMatched) where epoch.kind == "required" {
            #expect(isMatched, "nothing for \(epoch)")
        }
    }

    private func matches(_ fix: Report, _ epoch: Epoch) -> Bool {
        guard epoch.kind != "forbidden", let coordinate = fix.coordinate else { return false }
        if let time = fix.time {
            let ofDay = Double(time.microseconds % Timestamp.microsecondsPerDay) / 1e6
            guard epoch.tods.contains(where: { abs($0 - ofDay) < 0.0075 }) else { return false }
        }
        return epoch.accept.contains {
            abs($0[0] - coordinate.latitude) <= 1e-6 && abs($0[1] - coordinate.longitude) <= 1e-6
        }
    }
}
