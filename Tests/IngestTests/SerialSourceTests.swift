import Glibc
import Ingest
import Platform
import Positioning
import Protocols
import Testing

@Suite struct SerialSourceTests {
    @Test func readsALine() throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let receiver = try Receiver(at: "\(folder.path)/gps")
        let source = SerialSource(path: "\(folder.path)/gps", wiring: bench.wiring)
        try source.start()
        defer { source.stop() }
        receiver.say("a 1 2 3\n- 2 2")
        receiver.say(" 3\n")
        let arrivals = bench.take(2)
        #expect(arrivals.map(\.device) == ["a", "serial:\(folder.path)/gps"])
        #expect(arrivals.map(\.second) == [1, 2] && arrivals.allSatisfy { $0.received != nil })
        #expect(bench.totals.opens == 1)
        #expect(eventually { bench.log.contains("info serial \(folder.path)/gps: whole sentences at 9600 baud") })
    }

    @Test func silenceEndsTheEpochAndAStopFlushesTheRest() throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let receiver = try Receiver(at: "\(folder.path)/gps")
        let source = SerialSource(path: "\(folder.path)/gps", baud: .fixed(.b115200), wiring: bench.wiring)
        try source.start()
        let start = MonotonicTime.now
        receiver.say("~a 1 2 3\n")
        #expect(bench.take(1).map(\.second) == [1])
        #expect(MonotonicTime.now - start >= Limits.epochPause)
        receiver.say("a 2 2 3")
        #expect(eventually { bench.totals.bytes == 16 })
        source.stop()
        #expect(bench.rest().map(\.second) == [2])
    }

    /// Unplugged and plugged in again under the same link, as another device.
    @Test func findsItAgainAfterAnUnplug() throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/usb-receiver"
        let source = SerialSource(path: path, wiring: bench.wiring)
        do {
            let receiver = try Receiver(at: path)
            try source.start()
            receiver.say("a 1 2 3\n~a 2 2 3\n")
            #expect(bench.take(1).map(\.second) == [1])
            #expect(eventually { bench.totals.bytes == 17 })
            _ = unsafe unlink(path)
        }
        defer { source.stop() }
        // What was open when it was lost is given, though no pause was waited for.
        #expect(bench.take(1).map(\.second) == [2])
        #expect(eventually { bench.totals.openErrors >= 2 })
        let back = try Receiver(at: path)
        #expect(eventually { bench.totals.opens == 2 })
        back.say("a 3 2 3\n")
        #expect(bench.take(1).map(\.second) == [3])
        #expect(bench.totals.readErrors == 1)
        // Each trouble is told once, however often it was tried.
        #expect(bench.log.count { $0.contains("is not there") } == 1)
        #expect(
            bench.log.contains { $0.hasPrefix("warning the serial line \(path) was hung up: unplugged") },
            "\(bench.log)")
        #expect(bench.log.count { $0.contains("open again") } == 1)
    }

    @Test func waitsForALineThatIsNotThereYet() throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gps"
        let source = SerialSource(path: path, wiring: bench.wiring)
        try source.start()
        defer { source.stop() }
        #expect(eventually { bench.totals.openErrors >= 1 })
        let receiver = try Receiver(at: path)
        #expect(eventually { bench.totals.opens == 1 })
        receiver.say("a 1 2 3\n")
        #expect(bench.take(1).map(\.second) == [1])
    }

    @Test func stopsAtOnceThoughTheLineIsSilentOrMissing() throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let receiver = try Receiver(at: "\(folder.path)/gps")
        for name in ["gps", "missing"] {
            let source = SerialSource(path: "\(folder.path)/\(name)", wiring: bench.wiring)
            try source.start()
            let start = MonotonicTime.now
            source.stop()
            source.stop()
            #expect(MonotonicTime.now - start < .seconds(60))
        }
        receiver.say("")
    }

    /// One line under two names: the second source waits until the first gives it up, and says so once.
    @Test func aLineThatAnotherHasIsWaitedFor() throws {
        let (bench, other) = (Bench(), Bench())
        let folder = try TemporaryFolder()
        let receiver = try Receiver(at: "\(folder.path)/gps")
        try checked("symlink", "test") { unsafe symlink("\(folder.path)/gps", "\(folder.path)/by-id") }
        let first = SerialSource(path: "\(folder.path)/gps", wiring: bench.wiring)
        let second = SerialSource(path: "\(folder.path)/by-id", wiring: other.wiring)
        try first.start()
        #expect(eventually { bench.totals.opens == 1 })
        try second.start()
        defer { second.stop() }
        #expect(eventually { other.totals.openErrors >= 2 })
        receiver.say("a 1 2 3\n")
        #expect(bench.take(1).map(\.second) == [1])
        #expect(other.totals.opens == 0 && other.totals.bytes == 0)
        first.stop()
        #expect(eventually { other.totals.opens == 1 })
        receiver.say("a 2 2 3\n")
        #expect(other.take(1).map(\.second) == [2])
        #expect(other.log.count { $0.contains("is held by another program") } == 1, "\(other.log)")
        #expect(other.log.contains("info serial \(folder.path)/by-id: open, at 9600 baud"), "\(other.log)")
    }

    @Test func refusesWhatIsNoSerialLine() throws {
        let folder = try TemporaryFolder()
        for path in ["/dev/null", try folder.file("plain", [1])] {
            let source = SerialSource(path: path, wiring: Bench().wiring)
            let error = #expect(throws: SourceError.self) { try source.start() }
            #expect(error == .notASerialLine(path: path))
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test func setsTheLineRawAndGivesItsSettingsBack() throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let receiver = try Receiver(at: "\(folder.path)/gps")
        // Held open: the settings of a pseudo-terminal end with its last user.
        let user = try Descriptor.open("\(folder.path)/gps", flags: O_RDWR | O_NOCTTY)
        let before = Self.settings(of: user.number)
        let source = SerialSource(path: "\(folder.path)/gps", baud: .fixed(.b57600), wiring: bench.wiring)
        try source.start()
        #expect(eventually { bench.totals.opens == 1 })
        let during = Self.settings(of: user.number)
        #expect(during.speed == speed_t(B57600) && during.local & tcflag_t(ICANON | ECHO | ISIG) == 0)
        #expect(during.control & tcflag_t(CSIZE) == tcflag_t(CS8) && during.control & tcflag_t(PARENB | CSTOPB) == 0)
        source.stop()
        let after = Self.settings(of: user.number)
        #expect(before == after && before != during)
        receiver.say("")
    }

    private struct Settings: Equatable {
        var input: tcflag_t
        var control: tcflag_t
        var local: tcflag_t
        var speed: speed_t
    }

    private static func settings(of number: Int32) -> Settings {
        var raw = termios()
        _ = unsafe tcgetattr(number, &raw)
        return Settings(input: raw.c_iflag, control: raw.c_cflag, local: raw.c_lflag, speed: unsafe cfgetospeed(&raw))
    }
}
