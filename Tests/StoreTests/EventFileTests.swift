import Foundation
import Store
import TestSupport
import Testing

@Suite struct EventFileTests {
    /// Whatever byte a crash stopped at, the next start makes the file what the store says.
    @Test func anyTornEndIsRepaired() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Made.batch(0..<4))
        try EventFile(path: scratch.events).follow(journal)
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.events))
        #expect(whole.split(separator: UInt8(ascii: "\n")).count == 4)
        for length in 0...whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: scratch.events))
            let file = try EventFile(path: scratch.events)
            try file.follow(journal)
            #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.events)) == whole, "cut at \(length)")
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
        let seqs = try scratch.text(scratch.events).split(separator: "\n").map { $0.prefix { $0 != "," } }
        #expect(seqs == (1...6).map { "{\"seq\":\($0)" })
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
        #expect(throws: (any Error).self) { try EventFile(path: scratch.path) }
    }

    /// Without a line end, too, what is not ours stays as it is; what is left of a line of ours is cut off.
    @Test(arguments: [
        ("a note", false), ("{", true), ("{\"seq\":1", true), ("{\"seq\":1,\"type\":\"en", true), ("{\"id\":7}", false),
        ("{\"seq\"\0\0\0", true), ("\0\0", true), ("x\0", false), ("\0{\"seq\":1", false),
    ])
    func whatHasNoLineEndIsCutOnlyWhereItIsOurs(text: String, isOurs: Bool) throws {
        let scratch = try Scratch()
        let whole = "{\"seq\":7,\"type\":\"enter\"}\n"
        for before in ["", whole] {
            try scratch.write(before + text, to: "events.ndjson")
            if isOurs {
                let file = try EventFile(path: scratch.events)
                #expect(file.lastSeq == (before.isEmpty ? 0 : 7))
                #expect(try scratch.text(scratch.events) == before)
            } else {
                let error = #expect(throws: StoreError.self) { try EventFile(path: scratch.events) }
                guard case .eventFileForeign? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(try scratch.text(scratch.events) == before + text)
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
