import Ingest
import Platform
import Positioning
import Protocols
import Synchronization
import TestSupport
import Testing

@Suite struct UDPSourceTests {
    /// A started source on loopback, and as many senders as wanted, each with a port of its own.
    private func start(
        _ bench: Bench, senders: Int, sessions: Int = Limits.udpSessions, gathering: Duration = .zero
    ) throws -> (UDPSource, [UDPSender]) {
        let endpoint = try #require(Endpoint("127.0.0.1:0"))
        var wiring = bench.wiring
        wiring.gathering = gathering
        let source = UDPSource(endpoint: endpoint, wiring: wiring, sessions: sessions)
        try source.start()
        let port = try #require(source.boundPort)
        let target = try #require(Endpoint(address: "127.0.0.1", port: port))
        return (source, try (0..<senders).map { _ in try UDPSender(to: target) })
    }

    @Test func readsManyLinesOfOneDatagramAndHalfOnes() throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 1)
        defer { source.stop() }
        try senders[0].send(Array("a 1 2 3\nb 2 2 3\nc 3 ".utf8))
        try senders[0].send(Array("2.5 3\n".utf8))
        try senders[0].send([])
        let before = WallClock.now
        let arrivals = bench.take(3)
        #expect(arrivals.map(\.device) == ["a", "b", "c"])
        #expect(arrivals.map(\.second) == [1, 2, 3])
        #expect(arrivals.last?.report.coordinate == Coordinate(latitude: 2.5, longitude: 3))
        #expect(arrivals.allSatisfy { $0.source == 3 })
        let received = try #require(arrivals.last?.received)
        #expect(abs(received.seconds(since: before)) < 10)
        #expect(eventually { bench.totals.datagrams == 3 })
        #expect(bench.totals.bytes == 26 && bench.totals.decoder.frames == 3 && bench.totals.decoder.reports == 3)
    }

    /// Peers cut their lines at drawn places and take turns at random: each line arrives whole, in its peer's order.
    @Test(arguments: 0..<5 as Range<UInt64>) func neverMixesPeers(seed: UInt64) throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 4)
        defer { source.stop() }
        var random = SeededGenerator(seed: seed)
        var texts = (0..<4).map { peer in (0..<50).map { "p\(peer) \($0) 1 2\n" }.joined().utf8[...] }
        while let peer = texts.indices.filter({ !texts[$0].isEmpty }).randomElement(using: &random) {
            let piece = texts[peer].prefix(Int.random(in: 1...40, using: &random))
            texts[peer].removeFirst(piece.count)
            try senders[peer].send(Array(piece))
        }
        let arrivals = bench.take(200)
        for peer in 0..<4 {
            #expect(arrivals.filter { $0.device == "p\(peer)" }.map(\.second) == Array(0..<50), "seed \(seed)")
        }
        #expect(bench.totals.decoder.brokenFrames == 0, "seed \(seed)")
    }

    /// While datagrams gather, nothing is read; a stop ends the wait, and reads what has gathered.
    @Test func aStopEndsTheGathering() throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 1, gathering: .seconds(3600))
        try senders[0].send(Array("a 1 2 3\n".utf8))
        #expect(bench.take(1).map(\.second) == [1])
        for second in 2...9 { try senders[0].send(Array("a \(second) 2 3\n".utf8)) }
        #expect(bench.totals.datagrams == 1)
        source.stop()
        #expect(bench.take(8).map(\.second) == Array(2...9))
        #expect(bench.totals.datagrams == 9 && bench.totals.kernelDrops == 0)
    }

    @Test func namesTheDeviceByTheRules() throws {
        for (rules, name) in [
            (IdentityRules(), "udp:127.0.0.1"),
            (IdentityRules(byAddress: ["udp:127.0.0.1": "van"]), "van"),
            (IdentityRules(device: "boat", byAddress: ["udp:127.0.0.1": "van"]), "boat"),
        ] {
            let bench = Bench(identity: rules)
            let (source, senders) = try start(bench, senders: 1)
            try senders[0].send(Array("- 1 2 3\nown 2 2 3\n".utf8))
            let arrivals = bench.take(2)
            #expect(arrivals.map(\.device) == [name, "own"])
            #expect(arrivals.allSatisfy { $0.origin == "udp:127.0.0.1" })
            source.stop()
        }
    }

    @Test func hearsIPv6AndIPv4OnOnePort() throws {
        let bench = Bench()
        let endpoint = try #require(Endpoint("[::]:0"))
        let source = UDPSource(endpoint: endpoint, wiring: bench.wiring)
        do {
            try source.start()
        } catch {
            print("skipped: no IPv6 on this machine (\(error))")
            return
        }
        defer { source.stop() }
        let port = try #require(source.boundPort)
        for (address, name) in [("::1", "udp:::1"), ("127.0.0.1", "udp:127.0.0.1")] {
            try UDPSender(to: try #require(Endpoint(address: address, port: port))).send(Array("- 1 2 3\n".utf8))
            #expect(bench.take(1).map(\.device) == [name])
        }
    }

    @Test func aPauseEndsTheEpochAndNothingBeforeIt() throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 1)
        defer { source.stop() }
        let start = MonotonicTime.now
        try senders[0].send(Array("~a 1 2 3\n".utf8))
        #expect(bench.take(1).map(\.second) == [1])
        #expect(MonotonicTime.now - start >= Limits.epochPause)
    }

    @Test func aStopFlushesEverySessionAndFreesThePort() throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 2)
        let port = try #require(source.boundPort)
        try senders[0].send(Array("~a 1 2 3\n".utf8))
        try senders[1].send(Array("b 2 2 3".utf8))
        // Read or not when it is stopped: what was sent by then is there when it returns.
        source.stop()
        #expect(bench.rest().map(\.device).sorted() == ["a", "b"])
        #expect(source.boundPort == nil)
        let again = UDPSource(endpoint: try #require(Endpoint(address: "127.0.0.1", port: port)), wiring: bench.wiring)
        try again.start()
        again.stop()
        again.stop()
    }

    @Test func anAddressInUseSurfacesAtOnceAndSaysHowToMendIt() throws {
        let bench = Bench()
        let (source, _) = try start(bench, senders: 0)
        defer { source.stop() }
        let port = try #require(source.boundPort)
        let endpoint = try #require(Endpoint(address: "127.0.0.1", port: port))
        let second = UDPSource(endpoint: endpoint, wiring: bench.wiring)
        let error = #expect(throws: SourceError.self) { try second.start() }
        #expect(error == .addressInUse(scheme: "udp", endpoint))
        #expect(error?.description.contains("udp \(endpoint)") == true)
        #expect(error?.description.contains("ss -ulnp") == true)
        #expect(throws: SourceError.alreadyStarted) { try source.start() }
        let foreign = try #require(Endpoint("192.0.2.1:5005"))
        let elsewhere = UDPSource(endpoint: foreign, wiring: bench.wiring)
        #expect(throws: SourceError.addressNotHere(scheme: "udp", foreign)) { try elsewhere.start() }
    }

    @Test func forgetsThePeerThatWasQuietLongestAndLosesNothingOfIt() throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 3, sessions: 2)
        defer { source.stop() }
        for (sender, text) in [(0, "a 1 2 3"), (1, "b 2 2 3"), (0, "\na 3 2 3"), (2, "c 4 2 3\n")] {
            try senders[sender].send(Array(text.utf8))
        }
        // The first line of `a`, then what was held of `b`, who made room for `c`.
        #expect(bench.take(3).map(\.second) == [1, 2, 4])
        #expect(bench.totals.evictedSessions == 1)
    }

    @Test func aFullInletHoldsItBackAndLosesNothing() throws {
        let bench = Bench(capacity: 5)
        let (source, senders) = try start(bench, senders: 1)
        for number in 0..<300 { try senders[0].send(Array("a \(number) 2 3\nb \(number) 2 3\n".utf8)) }
        #expect(eventually { bench.inlet.count == 5 })
        let arrivals = bench.take(600)
        #expect(arrivals.filter { $0.device == "a" }.map(\.second) == Array(0..<300))
        #expect(arrivals.count == 600 && bench.totals.kernelDrops == 0)
        source.stop()
        #expect(bench.totals.undelivered == 0)
    }

    @Test func aStopEndsThoughNobodyTakesFromTheInlet() throws {
        let bench = Bench(capacity: 5)
        let (source, senders) = try start(bench, senders: 1)
        for number in 0..<20 { try senders[0].send(Array("a \(number) 2 3\n".utf8)) }
        #expect(eventually { bench.inlet.count == 5 })
        bench.inlet.close()
        let start = MonotonicTime.now
        source.stop()
        #expect(MonotonicTime.now - start < Limits.stopPatience)
        let kept = bench.rest().count
        #expect(kept == 5)
        #expect(kept + bench.totals.undelivered == bench.totals.decoder.reports)
    }

    @Test func aStopEndsUnderAFlood() throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 2)
        let isOver = Mutex(false)
        let flood = try senders.map { sender in
            try WorkerThread(name: "flood") {
                while !isOver.withLock({ $0 }) { try? sender.send(Array("a 1 2 3\n".utf8)) }
            }
        }
        let reader = try WorkerThread(name: "reader") {
            while bench.inlet.receive(atMost: 10_000) != nil {}
        }
        #expect(eventually { bench.totals.datagrams > 1000 })
        let start = MonotonicTime.now
        source.stop()
        #expect(MonotonicTime.now - start < Limits.stopDrain + .seconds(60))
        isOver.withLock { $0 = true }
        bench.inlet.close()
        (flood + [reader]).forEach { $0.join() }
        #expect(bench.totals.undelivered == 0)
    }

    /// More than the kernel holds while nobody reads: each datagram was read or counted as dropped, and it was told once.
    @Test func countsWhatTheKernelDropsMeanwhile() throws {
        let bench = Bench(capacity: 5)
        let (source, senders) = try start(bench, senders: 1)
        defer { source.stop() }
        // The kernel grants twice what it is asked for, and counts more than 400 bytes for the least datagram.
        var sent = Limits.udpReceiveBuffer / 200
        for _ in 0..<sent { try senders[0].send(Array("a 1 2 3\n".utf8)) }
        var taken = 0
        let isAll = try eventually {
            taken += bench.take(10_000, within: .milliseconds(50)).count
            // The kernel tells its count with the next datagram that it takes.
            try senders[0].send([])
            sent += 1
            return eventually(within: .milliseconds(50)) {
                let totals = bench.totals
                return totals.kernelDrops > 0 && totals.datagrams + totals.kernelDrops == sent
            }
        }
        #expect(isAll, "\(bench.totals) of \(sent)")
        taken += bench.rest().count
        #expect(taken == bench.totals.decoder.reports)
        #expect(bench.log.count { $0.contains("drops datagrams") } == 1)
    }

    /// Bytes of any kind, in datagrams of any size: all are read, none stops it.
    @Test(arguments: 0..<3 as Range<UInt64>) func outlivesNoise(seed: UInt64) throws {
        let bench = Bench()
        let (source, senders) = try start(bench, senders: 3)
        defer { source.stop() }
        var random = SeededGenerator(seed: seed)
        var sent = 0
        for _ in 0..<150 {
            let size = Int.random(in: 0...3, using: &random) == 0 ? Int.random(in: 0...9000, using: &random) : 60
            let bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            sent += size
            try senders.randomElement(using: &random)?.send(bytes)
        }
        #expect(eventually { bench.totals.bytes == sent }, "seed \(seed)")
        try senders[0].send(Array("\nlast 7 2 3\n".utf8))
        #expect(eventually { bench.rest().contains { $0.device == "last" } }, "seed \(seed)")
    }
}
