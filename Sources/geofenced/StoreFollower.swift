import Glibc
import Platform
import Store

/// Goes on with a store's events as they come, through restarts of the daemon and whatever else may pass: a store that cannot
/// be read or is away is said once, and waited for. One that lacks what was read of it before ends it.
struct StoreFollower {
    let path: String
    /// Events read at once.
    let page: Int

    /// Between two looks at the store's log; a look costs two system calls, and reads nothing where nothing was written.
    private static let look = Duration.milliseconds(50)
    /// Between two reads where no change was seen: a change may escape a coarse clock.
    private static let read = Duration.seconds(1)

    /// Until it is interrupted, or whoever reads the output has gone.
    /// - Parameter filter: `since` is where to begin.
    /// - Throws: ``StoreError`` where there is no store to begin with; `SystemError` where the output fails.
    func follow(
        _ filter: inout StoreReader.EventFilter, to output: Output, line: (StoredEvent) -> String
    ) throws {
        let wakeUp = try WakeUp()
        let interruption = Interruption { wakeUp.sound() }
        defer { withExtendedLifetime(interruption) {} }
        let first = try StoreReader(path: path)
        var reader: StoreReader? = first
        // Who asks for what is yet to come waits for it.
        var hasReached = true
        do { try first.checkReached(filter.since) } catch let error as StoreError where error.isOfTheReader {
            Console.error("\(error); waiting for it")
            hasReached = false
        }
        var seen: [Mark?] = []
        var due = MonotonicTime.now
        var isInTrouble = false
        while true {
            let marks = [Mark(path), Mark(path + "-wal")]
            // Another file under this name: a backup was put back.
            if marks[0]?.isSameFile(as: seen.first ?? nil) == false { reader = nil }
            if (marks != seen && !isInTrouble) || MonotonicTime.now >= due {
                seen = marks
                due = MonotonicTime.now + Self.read
                let events: [StoredEvent]?
                do {
                    if reader == nil { reader = try StoreReader(path: path) }
                    let new = try reader.map { try newEvents(of: $0, &filter) }
                    if new?.isEmpty == false { hasReached = true }
                    if hasReached { try reader?.checkReached(filter.since) }
                    events = new
                    if isInTrouble { Console.error("\(path): can be read again") }
                    isInTrouble = false
                } catch let error as StoreError where error.isOfTheReader {
                    throw error
                } catch {
                    if !isInTrouble { Console.error("\(error); waiting until it can be read") }
                    isInTrouble = true
                    (events, reader) = (nil, nil)
                }
                for event in events ?? [] { try output.write(line: line(event)) }
                try output.flush()
                if events?.count == page { due = .now }
            }
            let next = min(due, MonotonicTime.now + Self.look)
            guard try wakeUp.wait(for: nil, orUntil: next) != .sounded, !Console.outputIsAbandoned else { return }
        }
    }

    private func newEvents(
        of reader: StoreReader, _ filter: inout StoreReader.EventFilter
    ) throws -> [StoredEvent] {
        var events: [StoredEvent] = []
        filter.since = try reader.events(matching: filter, limit: page) { events.append($0) }
        return events
    }

    /// Tells whether a file was written since.
    private struct Mark: Equatable {
        private let device: UInt
        private let number: UInt
        private let size: Int
        private let seconds: Int
        private let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            device = UInt(status.st_dev)
            number = UInt(status.st_ino)
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }

        /// `nil` is any.
        func isSameFile(as other: Mark?) -> Bool {
            other.map { $0.device == device && $0.number == number } ?? true
        }
    }
}
