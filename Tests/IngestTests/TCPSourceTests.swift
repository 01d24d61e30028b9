import Ingest
import Platform
import Positioning
import Protocols
import Synchronization
import TestSupport
import Testing

@Suite struct TCPSourceTests {
    private func start(_ bench: Bench, _ bounds: TCPSource.Bounds = .init()) throws -> (TCPSource, UInt16) {
        let source = TCPSource(endpoint: try #require(Endpoint("127.0.0.1:0")), wiring: bench.wiring, bounds: bounds)
        try source.start()
        return (source, try #require(source.boundPort))
    }

    /// Each speaks in drawn pieces, all at once; every line arrives, in its connection's order.
    @Test func hearsTwoHundredConnectionsAtOnce() throws {
        let bench = Bench()
        let (source, port) = try start(bench)
        defer { source.stop() }
        let seed: UInt64 = 11
        let speakers = try (0..<4).map { group in
            try WorkerThread(name: "clients \(group)") {
                var random = SeededGenerator(seed: seed + UInt64(group))
                var boxes: [ClientBox] = []
                for number in 0..<50 {
                    guard let client = try? Client(port: port) else { continue }
                    let text = (0..<10).map { "g\(group)n\(number) \($0) 1 2\n" }.joined()
                    boxes.append(ClientBox(client, text))
                }
                while let box = boxes.filter({ !$0.rest.isEmpty }).randomElement(using: &random) {
                    box.speak(Int.random(in: 1...60, using: &random))
                }
                // Held until all is said: two hundred at once.
                _ = eventually { bench.totals.connections == 200 }
            }
        }
        let arrivals = bench.take(2000)
        speakers.forEach { $0.join() }
        let byDevice = Dictionary(grouping: arrivals, by: \.device)
        #expect(byDevice.count == 200, "seed \(seed)")
        #expect(byDevice.values.allSatisfy { $0.map(\.second) == Array(0..<10) }, "seed \(seed)")
        #expect(bench.totals.connections == 200 && bench.totals.refusedConnections == 0)
    }

    @Test func closesTheSilentAndHearsTheOthers() throws {
        let bench = Bench()
        let (source, port) = try start(bench, .init(idle: .seconds(2)))
        defer { source.stop() }
        let silent = try Client(port: port)
        let speaking = try Client(port: port)
        var spoken = 0
        let isClosed = eventually {
            spoken += 1
            speaking.send("a \(spoken) 2 3\n")
            return silent.isClosedByPeer(within: .milliseconds(20))
        }
        #expect(isClosed && bench.totals.idleConnections == 1)
        #expect(bench.take(spoken).map(\.second) == (1...Int64(spoken)).map { $0 })
        let isClosedToo = speaking.isClosedByPeer()
        #expect(isClosedToo && bench.totals.idleConnections == 2)
    }

    @Test func anEndlessLineTakesNoRoomAndHarmsNobody() throws {
        let bench = Bench()
        let (source, port) = try start(bench)
        defer { source.stop() }
        let client = try Client(port: port)
        let piece = String(repeating: "x", count: 1 << 16)
        for _ in 0..<64 { client.send(piece) }
        client.send("\na 1 2 3\n")
        #expect(bench.take(1).map(\.second) == [1])
        #expect(bench.totals.bytes == 64 << 16 + 9)
    }

    @Test func aCloseFlushesWhatWasHalfSaid() throws {
        let bench = Bench(identity: IdentityRules(byAddress: ["tcp:127.0.0.1": "van"]))
        let (source, port) = try start(bench)
        defer { source.stop() }
        do {
            let client = try Client(port: port)
            client.send("~- 1 2 3\n- 2 2 3")
        }
        let arrivals = bench.take(2)
        #expect(arrivals.map(\.second) == [1, 2] && arrivals.map(\.device) == ["van", "van"])
    }

    @Test func aPauseEndsTheEpoch() throws {
        let bench = Bench()
        let (source, port) = try start(bench)
        defer { source.stop() }
        let client = try Client(port: port)
        let start = MonotonicTime.now
        client.send("~a 1 2 3\n")
        #expect(bench.take(1).map(\.second) == [1])
        #expect(MonotonicTime.now - start >= Limits.epochPause)
        client.send("b 2 2 3\n")
        #expect(bench.take(1).map(\.second) == [2])
    }

    /// The inlet holds a few: trackers are held back until someone takes, and lose nothing.
    @Test func aFullInletHoldsTrackersBackAndLosesNothing() throws {
        let bench = Bench(capacity: 20)
        let (source, port) = try start(bench)
        defer { source.stop() }
        let client = try Client(port: port)
        let other = try Client(port: port)
        let line = "a 1 2 3.\(String(repeating: "0", count: 80))\n"
        let bytes = Array(String(repeating: line, count: 100).utf8)
        var sent = 0
        // As much as it takes without anyone taking: what the kernel holds, and no more.
        var quietSince = MonotonicTime.now
        let isHeldBack = eventually(within: .seconds(30)) {
            if let count = client.sendNow(Array(bytes[(sent % line.utf8.count)...])) {
                sent += count
                quietSince = .now
            }
            return MonotonicTime.now - quietSince > .milliseconds(300)
        }
        #expect(isHeldBack && bench.totals.heldBack >= 1)
        #expect(bench.inlet.count > 0 && bench.inlet.count <= 20)
        #expect(bench.totals.bytes <= Limits.tcpRead)
        // The other is heard all the same: one that is held back does not stop the loop.
        other.send("b 7 2 3\n")
        let expected = sent / line.utf8.count
        let arrivals = bench.take(expected + 1, within: .seconds(30))
        #expect(arrivals.count { $0.device == "a" } == expected)
        #expect(arrivals.count { $0.device == "b" } == 1)
        #expect(bench.totals.decoder.brokenFrames == 0 && bench.totals.undelivered == 0)
    }

    /// A pause finds the inlet full while a read is under way: what that read gives is not left lying.
    @Test func whatComesWhileAPauseWaitsFollowsIt() throws {
        let bench = Bench(capacity: 1)
        let (source, port) = try start(bench)
        defer { source.stop() }
        let report = Report(time: Timestamp(microseconds: 0), coordinate: nil)
        #expect(bench.inlet.trySend([Arrival(device: "first", report: report, received: nil, source: 0)]))
        let client = try Client(port: port)
        client.send("~a 1 2 3\n")
        #expect(eventually { bench.totals.heldBack == 1 })
        client.send("b 2 2 3\n")
        #expect(eventually { bench.totals.bytes == 17 })
        #expect(bench.take(3).map(\.second) == [0, 1, 2])
    }

    @Test func refusesOneTooManyAndMakesRoomAgain() throws {
        let bench = Bench()
        let (source, port) = try start(bench, .init(connections: Budget(capacity: 2)))
        defer { source.stop() }
        let first = try Client(port: port)
        first.send("a 1 2 3\n")
        do {
            let second = try Client(port: port)
            second.send("b 2 2 3\n")
            #expect(bench.take(2).map(\.second).sorted() == [1, 2])
            let isRefused = try Client(port: port).isClosedByPeer()
            #expect(isRefused && bench.totals.refusedConnections == 1)
            let isRefusedToo = try Client(port: port).isClosedByPeer()
            #expect(isRefusedToo && bench.totals.refusedConnections == 2)
            #expect(bench.log.count { $0.contains("max_connections") } == 1)
        }
        let isHeard = try eventually {
            let third = try Client(port: port)
            third.send("c 3 2 3\n")
            return bench.take(1, within: .milliseconds(200)).map(\.second) == [3]
        }
        #expect(isHeard)
        first.send("a 4 2 3\n")
        #expect(bench.take(1).map(\.second) == [4])
    }

    @Test func aStopFlushesEveryConnectionAndFreesThePort() throws {
        let bench = Bench()
        let (source, port) = try start(bench)
        let clients = [ClientBox(try Client(port: port), ""), ClientBox(try Client(port: port), "")]
        clients[0].client.send("~a 1 2 3\n")
        clients[1].client.send("b 2 2 3")
        #expect(eventually { bench.totals.bytes == 16 })
        source.stop()
        #expect(bench.rest().map(\.device).sorted() == ["a", "b"])
        #expect(clients.allSatisfy { $0.client.isClosedByPeer() })
        let again = TCPSource(
            endpoint: try #require(Endpoint(address: "127.0.0.1", port: port)), wiring: bench.wiring)
        try again.start()
        again.stop()
    }

    @Test func aStopEndsThoughTheInletIsFullAndClosed() throws {
        let bench = Bench(capacity: 3)
        let (source, port) = try start(bench)
        let client = try Client(port: port)
        client.send((0..<20).map { "a \($0) 2 3\n" }.joined() + "~a 20 2 3\n")
        #expect(eventually { bench.inlet.count == 3 })
        bench.inlet.close()
        let start = MonotonicTime.now
        source.stop()
        #expect(MonotonicTime.now - start < Limits.stopPatience)
        #expect(bench.rest().count + bench.totals.undelivered == bench.totals.decoder.reports)
    }

    /// What trackers had sent when the stop came is read, though it waited in the kernel; what they send on and on is not.
    @Test func aStopReadsWhatTheKernelHolds() throws {
        let bench = Bench(capacity: 50)
        let (source, port) = try start(bench)
        let client = try Client(port: port)
        let line = "a 1 2 3.\(String(repeating: "0", count: 80))\n"
        let bytes = Array(String(repeating: line, count: 1000).utf8)
        client.send(bytes)
        // The inlet is full: most of it waits in the kernel.
        #expect(eventually { bench.totals.heldBack >= 1 })
        #expect(bench.totals.bytes < bytes.count / 2)
        let taken = Mutex(0)
        let reader = try WorkerThread(name: "reader") {
            while let batch = bench.inlet.receive(atMost: 100) { taken.withLock { $0 += batch.count } }
        }
        source.stop()
        bench.inlet.close()
        reader.join()
        let totals = bench.totals
        #expect(totals.bytes == bytes.count && totals.unreadBytes == 0 && totals.undelivered == 0)
        #expect(taken.withLock { $0 } == 1000)
    }

    @Test func aStopEndsThoughATrackerSendsOn() throws {
        let bench = Bench()
        let (source, port) = try start(bench)
        let isOver = Atomic<Bool>(false)
        let speaker = try WorkerThread(name: "speaker") {
            guard let client = try? Client(port: port) else { return }
            while !isOver.load(ordering: .relaxed), client.send("a 1 2 3\n") {}
        }
        let reader = try WorkerThread(name: "reader") { while bench.inlet.receive(atMost: 10_000) != nil {} }
        #expect(eventually { bench.totals.bytes > 10_000 })
        let start = MonotonicTime.now
        source.stop()
        #expect(MonotonicTime.now - start < Limits.tcpDrain + .seconds(60))
        isOver.store(true, ordering: .relaxed)
        bench.inlet.close()
        [speaker, reader].forEach { $0.join() }
        #expect(bench.totals.undelivered == 0)
    }

    /// The inlet stays full: the stop does not wait for it longer than it may, and says what was left.
    @Test func aStopTellsWhatItLeft() throws {
        let bench = Bench(capacity: 1)
        let (source, port) = try start(bench)
        let client = try Client(port: port)
        let bytes = Array(String(repeating: "a 1 2 3\n", count: 5000).utf8)
        client.send(bytes)
        #expect(eventually { bench.totals.heldBack >= 1 })
        let start = MonotonicTime.now
        source.stop()
        #expect(MonotonicTime.now - start < Limits.stopPatience + Limits.tcpDrain + .seconds(60))
        let totals = bench.totals
        #expect(totals.unreadBytes > 0 && totals.unreadBytes + totals.bytes == bytes.count)
        #expect(bench.log.contains { $0.contains("\(totals.unreadBytes) bytes that trackers had sent were not read") })
    }

    @Test func anAddressInUseSurfacesAtOnce() throws {
        let bench = Bench()
        let (source, port) = try start(bench)
        defer { source.stop() }
        let endpoint = try #require(Endpoint(address: "127.0.0.1", port: port))
        let second = TCPSource(endpoint: endpoint, wiring: bench.wiring)
        let error = #expect(throws: SourceError.self) { try second.start() }
        #expect(error == .addressInUse(scheme: "tcp", endpoint))
        #expect(error?.description.contains("ss -tlnp") == true)
        #expect(throws: SourceError.alreadyStarted) { try source.start() }
    }

    @Test func hearsIPv6AndIPv4OnOnePort() throws {
        let bench = Bench()
        let source = TCPSource(endpoint: try #require(Endpoint("[::]:0")), wiring: bench.wiring)
        do {
            try source.start()
        } catch {
            print("skipped: no IPv6 on this machine (\(error))")
            return
        }
        defer { source.stop() }
        let port = try #require(source.boundPort)
        for (host, name) in [("::1", "tcp:::1"), ("127.0.0.1", "tcp:127.0.0.1")] {
            let client = try Client(port: port, host: host)
            client.send("- 1 2 3\n")
            let arrivals = bench.take(1)
            #expect(arrivals.map(\.device) == [name] && arrivals.map(\.origin) == [name])
        }
    }
}

/// A client that can be kept in an array, and what it has yet to say.
private final class ClientBox {
    let client: Client
    private(set) var rest: Substring

    init(_ client: consuming Client, _ text: String) {
        self.client = client
        rest = text[...]
    }

    func speak(_ count: Int) {
        client.send(String(rest.prefix(count)))
        rest = rest.dropFirst(count)
    }
}
