import Glibc
import Platform
import Synchronization
import Testing

@Suite struct SideBySideTests {
    @Test(arguments: [0, 1, 2, 1_000]) func eachPieceIsDoneOnceAndKeepsItsPlace(count: Int) {
        let done = Mutex<[Int]>([])
        let results = SideBySide.map(Array(0..<count), name: "test") { piece in
            done.withLock { $0.append(piece) }
            return piece * 2
        }
        #expect(results == (0..<count).map { $0 * 2 })
        #expect(done.withLock { $0.sorted() } == Array(0..<count))
    }

    @Test(arguments: [0, 1, 99_999, 100_000, 100_001, 300_000]) func aFileIsReadToItsEnd(expected: Int) throws {
        var template = Array("/tmp/geofenced-read.XXXXXX".utf8CString)
        let file = Descriptor(owning: unsafe mkstemp(&template))
        unsafe unlink(template)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(unsafe write(file.number, bytes, bytes.count) == bytes.count)
        #expect(lseek(file.number, 0, SEEK_SET) == 0)
        let read = try file.readToEnd(expected: expected, what: "")
        #expect(read == bytes)
    }

    @Test func aFolderIsNotRead() throws {
        let folder = try Descriptor.open("/tmp", flags: O_RDONLY)
        #expect(throws: SystemError.self) { try folder.readToEnd(expected: 10, what: "") }
    }
}
