internal import Ingest
internal import Platform
internal import Store

/// Holds the event file, with the pieces that were rotated away, against the store: the same bytes, in the same order.
struct EventFileCheck {
    private let files: [String]
    private let moment: StoreMoment
    /// The same store, as it goes on.
    private let later: StoreReader

    init(files: [String], moment: StoreMoment, later: StoreReader) {
        self.files = files
        self.moment = moment
        self.later = later
    }

    /// The daemon writes the file after the store: what it lacks of this moment, it is given this long to write.
    private static let patience = Duration.seconds(3)
    private static let look = Duration.milliseconds(100)

    func run() -> Findings {
        let deadline = MonotonicTime.now + Self.patience
        while true {
            var lastSeq: Int64?
            var findings = Findings.of("events") { lastSeq = try read(&$0) }
            if let lastSeq, lastSeq > moment.lastSeq, let newest = try? later.newestSeq(), lastSeq > newest {
                findings.add("\(files.last ?? "") ends with event \(lastSeq), the store with \(newest)")
            }
            // An empty file was just rotated, where the store knows that there was more in it.
            let reached = lastSeq ?? moment.fileSeq
            if findings.count > 0 || reached >= moment.lastSeq { return findings }
            if MonotonicTime.now >= deadline {
                let file = files.last ?? ""
                findings.add("\(file) ends with event \(reached), the store with \(moment.lastSeq)")
                return findings
            }
            pause(for: Self.look)
        }
    }

    /// - Returns: the last event that they hold.
    private func read(_ findings: inout Findings) throws -> Int64? {
        var lastSeq: Int64?
        for file in files {
            var lines = LineSplitter()
            var number = 0
            try ByteStream(path: file).read { bytes in
                try lines.add(bytes) { line in
                    number += 1
                    try check(line, "\(file):\(number)", after: &lastSeq, &findings)
                }
            }
            // What stands behind the last line end is not written to the end yet, or is mended at the next start.
        }
        return lastSeq
    }

    private static func seq(of line: String) -> Int64? {
        let head = "{\"seq\":"
        guard line.hasPrefix(head), line.hasSuffix("}") else { return nil }
        return Int64(line.dropFirst(head.count).prefix { $0.isNumber })
    }

    private func check(
        _ line: String, _ place: String, after last: inout Int64?, _ findings: inout Findings
    ) throws {
        guard let seq = Self.seq(of: line) else {
            findings.add("\(place): is no event")
            return
        }
        if let last {
            if seq <= last {
                findings.add("\(place): event \(seq) comes after \(last)")
            } else if try seq > last + 1 && (last + 1 > moment.keptSeq || moment.hasEvents(after: last, before: seq)) {
                findings.add("\(place): event \(seq) comes after \(last): those between are missing")
            }
        }
        last = max(last ?? seq, seq)
        // Written after this moment.
        guard seq <= moment.lastSeq else { return }
        if let stored = try moment.line(of: seq) {
            if !stored.utf8.elementsEqual(line.utf8) { findings.add("\(place): event \(seq) is another in the store") }
        } else if seq > moment.keptSeq {
            findings.add("\(place): event \(seq) is not in the store")
        }
    }
}

/// Whole lines out of pieces of bytes.
private struct LineSplitter {
    private var rest: [UInt8] = []

    mutating func add(_ bytes: Span<UInt8>, _ body: (String) throws -> Void) throws {
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") {
                try body(String(decoding: rest, as: UTF8.self))
                rest.removeAll(keepingCapacity: true)
            } else {
                rest.append(bytes[index])
            }
        }
    }
}
