import Foundation
import GRDB
import Glibc
import Store
import Synchronization
import TestSupport
import Testing

/// The event file under whoever rotates it: over its pieces together, every event stands once.
@Suite struct RotationTests {
    private let scratch: Scratch
    private let journal: Journal
    private var events: String { scratch.events }

    init() throws {
        scratch = try Scratch()
        journal = try Journal(path: scratch.store)
    }

    private func commit(_ seconds: Range<Int>) throws -> CommittedEvents { try journal.commit(Made.batch(seconds)) }

    private func move(_ file: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: file, toPath: other)
    }

    @Test func afterARenameTheOldFileGetsNothingMoreAndANewOneIsMade() throws {
        let file = try EventFile(path: events)
        try file.follow(journal, newest: try commit(0..<3))
        try move(events, to: events + ".1")
        // Nothing new: it is made all the same, and locked.
        try file.follow(journal)
        #expect(try seqs(events) == [])
        #expect(throws: StoreError.self) { try EventFile(path: events) }
        #expect(file.takeNotices() == [.replaced])
        try file.follow(journal, newest: try commit(3..<5))
        #expect(try seqs(events + ".1") == [1, 2, 3])
        #expect(try seqs(events) == [4, 5])
        #expect(file.takeNotices() == [])
        // As logrotate's `create` does: the new file is there before us.
        try move(events, to: events + ".2")
        try scratch.write("", to: "events.ndjson")
        try file.follow(journal, newest: try commit(5..<6))
        #expect(try seqs(events + ".2") == [4, 5])
        #expect(try seqs(events) == [6])
    }

    /// Or a power cut could take lines that nobody would look for again: of a piece, or the only ones that say where to go on.
    @Test func aPieceIsOnTheDiskBeforeTheNextOneBegins() throws {
        let synced = Mutex<[String]>([])
        var calls = FileCalls.system
        calls.sync = { number in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
            synced.withLock { $0.append((target as NSString?)?.lastPathComponent ?? "") }
            return 0
        }
        let file = try EventFile(path: events, calls: calls)
        try file.follow(journal, newest: try commit(0..<1))
        try file.follow(journal, newest: try commit(1..<2))
        let folder = (scratch.path as NSString).lastPathComponent
        #expect(synced.withLock { $0 } == ["events.ndjson", folder])
        try move(events, to: events + ".1")
        try file.follow(journal)
        #expect(synced.withLock { $0 } == ["events.ndjson", folder, "events.ndjson.1"])
    }

    /// A sync that fails, or is cut off by the end of the process, is made up for: or the journal goes on after lines that are gone.
    @Test func theJournalIsToldOfNothingThatIsNotOnTheDisk() throws {
        let synced = Mutex<[String]?>(nil)
        var calls = FileCalls.system
        calls.sync = { number in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
            let isDone = synced.withLock { synced in
                synced?.append((target as NSString?)?.lastPathComponent ?? "")
                return synced != nil
            }
            if !isDone { errno = EIO }
            return isDone ? 0 : -1
        }
        do {
            let file = try EventFile(path: events, calls: calls)
            let newest = try commit(0..<3)
            #expect(throws: (any Error).self) { try file.follow(journal, newest: newest) }
            #expect(try journal.fileSeq == 0 && seqs(events) == [1, 2, 3])
            synced.withLock { $0 = [] }
            // Nothing new.
            try file.follow(journal)
            let folder = (scratch.path as NSString).lastPathComponent
            #expect(synced.withLock { $0 } == ["events.ndjson", folder] && journal.fileSeq == 3)
        }
        // It was killed after its last write, and its file was rotated before it started again.
        try move(events, to: events + ".1")
        synced.withLock { $0 = [] }
        let file = try EventFile(path: events, calls: calls)
        try file.follow(journal)
        #expect(synced.withLock { $0 } == ["events.ndjson.1"])
        try file.follow(journal, newest: try commit(3..<4))
        #expect(try seqs(events) == [4])
    }

    @Test func anEmptiedFileGoesOn() throws {
        let file = try EventFile(path: events)
        try file.follow(journal, newest: try commit(0..<3))
        try FileManager.default.copyItem(atPath: events, toPath: events + ".1")
        #expect(unsafe truncate(events, 0) == 0)
        try file.follow(journal, newest: try commit(3..<5))
        #expect(try seqs(events) == [4, 5])
        #expect(file.takeNotices() == [.truncated])
        // Emptied with no copy beside it: what was told is told.
        #expect(unsafe truncate(events, 0) == 0)
        try file.follow(journal, newest: try commit(5..<6))
        #expect(try seqs(events) == [6])
    }

    /// Between the copy and the truncation of logrotate's `copytruncate` lies a moment in which lines are lost to both.
    @Test func whatACopyLacksIsWrittenAgain() throws {
        let file = try EventFile(path: events)
        try file.follow(journal, newest: try commit(0..<3))
        try FileManager.default.copyItem(atPath: events, toPath: events + ".1")
        try file.follow(journal, newest: try commit(3..<5))
        #expect(unsafe truncate(events, 0) == 0)
        try file.follow(journal, newest: try commit(5..<6))
        #expect(try seqs(events + ".1") == [1, 2, 3])
        #expect(try seqs(events) == [4, 5, 6])
    }

    @Test func whatIsPutInItsPlaceIsNotTouchedWhereItIsForeign() throws {
        let file = try EventFile(path: events)
        try file.follow(journal, newest: try commit(0..<1))
        try move(events, to: events + ".1")
        try scratch.write("somebody's notes\n", to: "events.ndjson")
        for _ in 0..<2 {
            #expect(throws: StoreError.self) { try file.follow(journal, newest: try commit(1..<2)) }
        }
        #expect(try scratch.text(events) == "somebody's notes\n")
        try FileManager.default.removeItem(atPath: events)
        try file.follow(journal)
        #expect(try seqs(events) == [2, 3])
    }

    /// Rotated while nothing ran: the mark in the store says where to go on, or the newest piece beside it where that is newer.
    @Test(arguments: ["events.ndjson.1", "events.ndjson-20261121", nil])
    func aStartAfterARotationGoesOn(piece: String?) throws {
        try EventFile(path: events).follow(journal, newest: try commit(0..<3))
        if piece == nil {
            try journal.keepFileSeq()
            try FileManager.default.removeItem(atPath: events)
            try scratch.write("\u{1f}\u{8b} compressed", to: "events.ndjson.1.gz")
        } else {
            journal.fileSeq = 0
        }
        if let piece { try move(events, to: scratch.path + "/" + piece) }
        // Of another store: it has such a number, but not this line.
        try scratch.write("{\"seq\":4,\"type\":\"enter\"}\n", to: "events.ndjson.2")
        _ = try commit(3..<6)
        let file = try EventFile(path: events)
        try file.follow(journal)
        #expect(try seqs(events) == [4, 5, 6])
        #expect(file.takeNotices() == [])
    }

    @Test func theMarkIsKeptWithTheNextCommitAndAtOnceWhereNoneComes() throws {
        let path = scratch.path + "/other.sqlite3"
        do {
            let journal = try Journal(path: path)
            let file = try EventFile(path: events)
            try file.follow(journal, newest: try journal.commit(Made.batch(0..<2)))
            try file.follow(journal, newest: try journal.commit(Made.batch(2..<3)))
        }
        do {
            let journal = try Journal(path: path)
            #expect(journal.fileSeq == 2)
            try EventFile(path: events).follow(journal)
            try journal.keepFileSeq()
        }
        #expect(try Journal(path: path).fileSeq == 3)
    }

    @Test func eventsThatTheStoreHasNoMoreAreSaidOnce() throws {
        try EventFile(path: events).follow(journal, newest: try commit(0..<2))
        _ = try commit(2..<9)
        try DatabaseQueue(path: scratch.store).write { try $0.execute(sql: "DELETE FROM event WHERE seq < 6") }
        let file = try EventFile(path: events)
        try file.follow(journal)
        try file.follow(journal)
        #expect(file.takeNotices() == [.missed(3...5)])
        #expect(try seqs(events) == [1, 2, 6, 7, 8, 9])
    }

    /// Commits, failing and short writes, every kind of rotation, restarts and kills, in any order.
    @Test(arguments: UInt64(1)...20) func overAllPiecesEveryEventStandsOnce(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let disk = FailingDisk(seed: seed)
        var file: EventFile? = try EventFile(path: events, calls: disk.calls)
        var (count, pieces) = (0, 0)
        func settle() throws {
            disk.isFailing = false
            try file?.follow(journal)
        }
        for _ in 0..<50 {
            let more = Int.random(in: 0...3, using: &random)
            let committed = try commit(count..<count + more)
            count += more
            disk.isFailing = Int.random(in: 0..<3, using: &random) == 0
            try? file?.follow(journal, newest: committed)
            pieces += 1
            let piece = "\(events)-\(1000 + pieces)"
            switch Int.random(in: 0..<12, using: &random) {
            case 0, 1: try rotate(to: piece)
            case 2:
                try settle()
                // Of an empty file the copy says nothing: what came into the file before it was emptied would be lost.
                guard try !seqs(events).isEmpty else { continue }
                try FileManager.default.copyItem(atPath: events, toPath: piece)
                let late = Int.random(in: 0...2, using: &random)
                try file?.follow(journal, newest: try commit(count..<count + late))
                count += late
                #expect(unsafe truncate(events, 0) == 0)
                try settle()
            case 3: file = nil
            case 4:
                file = nil
                try rotate(to: piece)
            default: break
            }
            disk.isFailing = false
            if file == nil { file = try EventFile(path: events, calls: disk.calls) }
        }
        try settle()
        var all: [Int64] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
        where name.hasPrefix("events.ndjson-") {
            all += try wholeSeqs(scratch.path + "/" + name)
        }
        all += try seqs(events)
        #expect(all.filter { $0 > 0 } == Array(1...Int64(count)), "seed \(seed)")
    }

    private func rotate(to piece: String) throws {
        // It may be rotated already, and not be made anew yet.
        if FileManager.default.fileExists(atPath: events) { try move(events, to: piece) }
    }

    /// Of whole lines only: a piece that was renamed while the disk was full ends with a torn one.
    private func wholeSeqs(_ path: String) throws -> [Int64] {
        let text = try scratch.text(path)
        let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""
        try scratch.write(String(whole), to: "whole")
        return try seqs(scratch.path + "/whole")
    }
}

/// Writes, cuts and reads that fail or do a part only, as seeded.
private final class FailingDisk {
    private let state: State

    private final class State: @unchecked Sendable {
        var random: SeededGenerator
        var isFailing = false
        init(seed: UInt64) { random = SeededGenerator(seed: seed) }
        func draw(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
    }

    init(seed: UInt64) { state = State(seed: seed) }

    var isFailing: Bool {
        get { state.isFailing }
        set { state.isFailing = newValue }
    }

    /// Used on the test's thread alone, as the event file is.
    var calls: FileCalls {
        FileCalls(
            write: { [state] number, bytes in
                guard state.isFailing else { return FileCalls.system.write(number, bytes) }
                switch state.draw(4) {
                case 0: return FileCalls.system.write(number, bytes.prefix(1 + state.draw(bytes.count)))
                case 1: errno = EINTR
                case 2: errno = EIO
                default: errno = ENOSPC
                }
                return -1
            },
            truncate: { [state] number, length in
                guard state.isFailing, state.draw(2) == 0 else { return FileCalls.system.truncate(number, length) }
                errno = EIO
                return -1
            },
            read: { [state] number, bytes, offset in
                guard state.isFailing, state.draw(2) == 0 else {
                    return FileCalls.system.read(number, &bytes, offset)
                }
                errno = EIO
                return -1
            },
            sync: { [state] _ in
                guard state.isFailing, state.draw(2) == 0 else { return 0 }
                errno = EIO
                return -1
            })
    }
}
