import Foundation
import Glibc
import Store
import TestSupport
import Testing

@Suite struct EventFileTests {
    /// Whatever byte a crash stopped at, the next start makes the file what the store says, and takes nothing back that a
    /// reader may have seen.
    @Test func anyTornEndIsCompleted() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Made.batch(0..<4))
        try EventFile(path: scratch.events).follow(journal)
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.events))
        #expect(whole.split(separator: UInt8(ascii: "\n")).count == 4)
        for length in 1...whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: scratch.events))
            journal.fileSeq = Int64(whole.prefix(length).count { $0 == UInt8(ascii: "\n") })
            var calls = FileCalls.system
            calls.truncate = { _, _ in
                Issue.record("cut at \(length)")
                return 0
            }
            let file = try EventFile(path: scratch.events, calls: calls)
            try file.follow(journal)
            #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.events)) == whole, "torn at \(length)")
            #expect(file.lastSeq == 4)
        }
    }

    @Test func followsCommitByCommitAndCatchesUpOnWhatItMissed() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let file = try EventFile(path: scratch.events)
        try file.follow(journal, newest: try journal.commit(Made.batch(0..<2)))
        _ = try journal.commit(Made.batch(2..<4))
        try file.follow(journal, newest: try journal.commit(Made.batch(4..<6)))
        #expect(try seqs(scratch.events) == Array(1...6))
    }

    @Test func aFileOfAnotherStoreIsRefusedUntouched() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let foreign = "{\"seq\":7,\"type\":\"enter\"}\n"
        try foreign.write(toFile: scratch.events, atomically: false, encoding: .utf8)
        #expect(throws: StoreError.self) { try EventFile(path: scratch.events).follow(journal) }
        #expect(try scratch.text(scratch.events) == foreign)
        try "some log line\nand another\n".write(toFile: scratch.events, atomically: false, encoding: .utf8)
        #expect(throws: StoreError.self) { try EventFile(path: scratch.events) }
        #expect(try scratch.text(scratch.events) == "some log line\nand another\n")
    }

    /// Events need a file that can be gone on with: what is none is refused before anything is opened, which for a FIFO would
    /// wait for its reader.
    @Test func whatIsNoFileIsRefused() throws {
        let scratch = try Scratch()
        let fifo = scratch.path + "/fifo"
        #expect(unsafe mkfifo(fifo, 0o600) == 0)
        for path in [fifo, "/dev/full", scratch.path] {
            let error = #expect(throws: StoreError.self) { try EventFile(path: path) }
            guard case .eventFileNoFile? = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
    }

    /// Without a line end, too, what is not ours stays as it is; what is left of a line of ours is made that line.
    @Test(arguments: [
        ("a note", false), ("{", true), ("{\"seq\":2", true), ("{\"seq\":2,\"type\":\"en", true), ("{\"id\":7}", false),
        ("{\"seq\"\0\0\0", true), ("\0\0", true), ("x\0", false), ("\0{\"seq\":1", false), ("{\"seq\":2,\"other", true),
    ])
    func whatHasNoLineEndIsChangedOnlyWhereItIsOurs(text: String, isOurs: Bool) throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let first = try journal.commit(Made.batch(0..<1))
        let second = try journal.commit(Made.batch(1..<2))
        for before in [[], first.bytes] {
            let start = before + Array(text.utf8)
            try scratch.write(String(decoding: start, as: UTF8.self), to: "events.ndjson")
            journal.fileSeq = 1
            if isOurs {
                try EventFile(path: scratch.events).follow(journal)
                #expect(Array(try scratch.text(scratch.events).utf8) == before + second.bytes)
            } else {
                let error = #expect(throws: StoreError.self) { try EventFile(path: scratch.events) }
                guard case .eventFileForeign? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(Array(try scratch.text(scratch.events).utf8) == start)
            }
        }
    }

    @Test func twoWritersNeverShareAFile() throws {
        let scratch = try Scratch()
        do {
            let first = try EventFile(path: scratch.events)
            let error = #expect(throws: StoreError.self) { try EventFile(path: scratch.events) }
            guard case .eventFileInUse(let path)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(path == first.path)
        }
        _ = try EventFile(path: scratch.events)
    }
}

/// The numbers of a file's lines.
func seqs(_ path: String) throws -> [Int64] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
        try #require(Int64(line.dropFirst("{\"seq\":".count).prefix { $0 != "," }), "\(line)")
    }
}
