import Glibc
import Ingest
import Platform
import Positioning
import TestSupport
import Testing

@Suite struct ByteStreamTests {
    @Test(arguments: [0, 1, 2, 1000, Limits.fileChunk - 1, Limits.fileChunk, Limits.fileChunk + 1, 3_000_000])
    func givesAPlainAndAPackedFileWhole(size: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = Self.text(size)
        let plain = try folder.file("plain", bytes)
        try Self.run("gzip -k '\(plain)'")
        for path in [plain, plain + ".gz"] {
            let (read, progress, error) = Self.read(path)
            #expect(read == bytes && error == nil)
            #expect(progress.map(\.read) == progress.map(\.read).sorted())
            if let last = progress.last { #expect(last.read == last.total) }
        }
    }

    @Test func givesEveryMemberAndPassesOverPadding() throws {
        let folder = try TemporaryFolder()
        let (first, second) = (Self.text(400_000), Self.text(70_000))
        let path = "\(folder.path)/all.gz"
        let (one, two) = (try folder.file("one", first), try folder.file("two", second))
        try Self.run("cd '\(folder.path)'; gzip -c '\(one)' > '\(path)'; gzip -c '\(two)' >> '\(path)'")
        #expect(Self.read(path).bytes == first + second)
        try Self.run("head -c 600000 /dev/zero >> '\(path)'")
        let padded = Self.read(path)
        #expect(padded.bytes == first + second && padded.error == nil)
        try Self.run("gzip -c '\(two)' >> '\(path)'")
        #expect(Self.read(path).bytes == first + second + second)
        try Self.run("printf garbage >> '\(path)'")
        let damaged = Self.read(path)
        #expect(damaged.bytes == first + second + second)
        guard case .corrupt(_, let byte, _) = damaged.error else {
            Issue.record("\(String(describing: damaged.error))")
            return
        }
        #expect(byte > 600_000)
    }

    /// Cut at every byte: the beginning is given, and the error says where.
    @Test func saysWhereAPackedFileIsCutShort() throws {
        let folder = try TemporaryFolder()
        let bytes = Self.text(3000)
        let packed = try Self.packed(bytes, in: folder)
        for cut in 2..<packed.count {
            let (read, _, error) = Self.read(try folder.file("cut.gz", Array(packed[..<cut])))
            #expect(error == .truncated(path: "\(folder.path)/cut.gz", byte: cut))
            #expect(error?.category == .data)
            #expect(bytes.starts(with: read), "cut at \(cut)")
        }
    }

    /// A flipped bit anywhere: an error, or the same bytes (the header's time and system say nothing of them).
    @Test func neverTakesADamagedFileForAGoodOne() throws {
        let folder = try TemporaryFolder()
        let bytes = Self.text(2000)
        let packed = try Self.packed(bytes, in: folder)
        var found = 0
        for place in 2..<packed.count {
            var damaged = packed
            damaged[place] ^= UInt8(1 << (place % 8))
            let (read, _, error) = Self.read(try folder.file("damaged.gz", damaged))
            if case .corrupt(_, let byte, _) = error {
                found += 1
                #expect(byte <= packed.count, "flipped at \(place)")
            }
            #expect(error != nil || read == bytes, "flipped at \(place)")
        }
        #expect(found > packed.count / 2)
    }

    /// Byte by byte out of a pipe: its kind is known, its length is not.
    @Test func readsAPipe() throws {
        let folder = try TemporaryFolder()
        let bytes = Self.text(3000)
        let packed = try Self.packed(bytes, in: folder)
        for (kind, input) in [("plain", bytes), ("packed", packed)] {
            let path = "\(folder.path)/\(kind).fifo"
            #expect(unsafe mkfifo(path, 0o600) == 0)
            let writer = try WorkerThread(name: "writer") {
                guard let file = try? Descriptor.open(path, flags: O_WRONLY) else { return }
                for byte in input {
                    let byte = [byte]
                    _ = unsafe write(file.number, byte, 1)
                }
            }
            let (read, progress, error) = Self.read(path)
            writer.join()
            #expect(read == bytes && error == nil)
            #expect(progress.last?.read == input.count && progress.allSatisfy { $0.total == nil })
        }
    }

    @Test func saysWhatIsWrongWithAPath() throws {
        let folder = try TemporaryFolder()
        let missing = Self.read("\(folder.path)/missing").error
        #expect(missing == .missing(path: "\(folder.path)/missing"))
        #expect(missing?.category == .noInput)
        #expect(missing?.description == "\(folder.path)/missing: no such file; check its name")
        #expect(Self.read(folder.path).error == .isFolder(path: folder.path))
        #expect(Self.read("\(folder.path)/a/b").error?.category == .noInput)
    }

    @Test func whatTheReaderThrowsEndsIt() throws {
        struct Enough: Error {}
        let folder = try TemporaryFolder()
        let path = try folder.file("plain", Self.text(Limits.fileChunk * 3))
        var pieces = 0
        #expect(throws: Enough.self) {
            try ByteStream(path: path).read { _ in
                pieces += 1
                if pieces == 2 { throw Enough() }
            }
        }
        #expect(pieces == 2)
    }

    /// Here the idle moment itself writes what comes next: it comes before each wait, and at no other time.
    @Test func tellsBeforeItWaits() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/fifo"
        try Self.run("mkfifo '\(path)'")
        let writer = unsafe open(path, O_RDWR)
        try #require(writer >= 0)
        var (rest, steps) = (["one", "two"], "")
        try ByteStream(path: path).read(idle: {
            steps += "|"
            if rest.isEmpty { close(writer) } else { put(rest.removeFirst(), to: writer) }
        }) { piece in
            unsafe piece.withUnsafeBufferPointer { unsafe steps += String(decoding: $0, as: UTF8.self) }
        }
        #expect(steps == "|one|two|")
    }

    private func put(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        let count = unsafe write(descriptor, bytes, bytes.count)
        #expect(count == bytes.count)
    }

    private static func read(_ path: String) -> (bytes: [UInt8], progress: [ByteStream.Progress], error: InputError?) {
        var bytes: [UInt8] = []
        var progress: [ByteStream.Progress] = []
        do {
            try ByteStream(path: path).read(progress: { progress.append($0) }) { piece in
                if piece.isEmpty { Issue.record("an empty piece") }
                unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            }
        } catch {
            if !(error is InputError) { Issue.record(error) }
            return (bytes, progress, error as? InputError)
        }
        return (bytes, progress, nil)
    }

    /// Lines that pack neither well nor badly.
    private static func text(_ size: Int) -> [UInt8] {
        var random = SeededGenerator(seed: UInt64(size))
        return (0..<size).map { $0 % 40 == 39 ? 10 : UInt8.random(in: 48...57, using: &random) }
    }

    private static func packed(_ bytes: [UInt8], in folder: borrowing TemporaryFolder) throws -> [UInt8] {
        let path = try folder.file("whole", bytes)
        try run("gzip -kf '\(path)'")
        var packed = [UInt8](repeating: 0, count: 1 << 16)
        let file = try Descriptor.open(path + ".gz", flags: O_RDONLY)
        let count = try file.read(into: &packed, what: "test")
        return Array(packed[..<(count ?? 0)])
    }

    private static func run(_ command: String) throws {
        let status = unsafe system(command)
        try #require(status == 0)
    }
}
