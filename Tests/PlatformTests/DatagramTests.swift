import Platform
import Testing

@Suite struct DatagramTests {
    @Test(
        arguments: [
            ("0.0.0.0:5005", "0.0.0.0", 5005, false), ("[::]:5005", "::", 5005, true),
            ("127.0.0.1:0", "127.0.0.1", 0, false),
            ("[2001:db8::1]:65535", "2001:db8::1", 65_535, true),
        ] as [(String, String, UInt16, Bool)])
    func readsAnEndpoint(text: String, address: String, port: UInt16, isIPv6: Bool) {
        let endpoint = Endpoint(text)
        #expect(endpoint?.address == address)
        #expect(endpoint?.port == port)
        #expect(endpoint?.isIPv6 == isIPv6)
        #expect(endpoint?.description == text)
    }

    @Test(arguments: [
        "", ":", ":5005", "5005", "0.0.0.0", "0.0.0.0:", "0.0.0.0:65536", "0.0.0.0:-1", "0.0.0:5005", "::1:5005",
        "[::1]",
        "[::1:5005", "[]:5005", "[0.0.0.0]:5005", "localhost:5005", "[::1]x:5005", "256.0.0.1:1", "0.0.0.0 :5005",
    ])
    func refusesWhatIsNone(text: String) { #expect(Endpoint(text) == nil) }

    @Test(
        arguments: [
            (0, 0xFFFF_C000_0207, "192.0.2.7"), (0, 0xFFFF_0000_0000, "0.0.0.0"), (0x2001_0DB8 << 32, 1, "2001:db8::1"),
            (0, 1, "::1"),
            (0xFE80 << 48, 0x1234, "fe80::1234"),
        ] as [(UInt64, UInt64, String)])
    func writesAPeersAddress(high: UInt64, low: UInt64, text: String) {
        #expect(PeerAddress(high: high, low: low, port: 9).address == text)
    }

    /// What was sent is what was received and what the kernel says it dropped.
    @Test func countsWhatTheKernelDrops() throws {
        let endpoint = try #require(Endpoint("127.0.0.1:0"))
        let socket = try DatagramSocket(endpoint, kernelBuffer: 1 << 14)
        var batch = try DatagramBatch(capacity: 16, slot: 2048)
        let sender = try UDPSender(to: #require(Endpoint("127.0.0.1:\(socket.port)")))
        for _ in 0..<400 { try sender.send([UInt8](repeating: 7, count: 1000)) }
        var received = 0
        func drain() throws {
            repeat {
                try batch.receive(from: socket)
                received += batch.count
            } while batch.isFull
        }
        try drain()
        // The kernel tells the count with the next datagram that it takes.
        try sender.send([1])
        try drain()
        #expect(received > 1 && received < 401)
        let dropped = Int(batch.dropped)
        #expect(received + dropped == 401)
    }

    @Test func cutsWhatIsLongerThanItsSlotAndGivesTheRestWhole() throws {
        let endpoint = try #require(Endpoint("127.0.0.1:0"))
        let socket = try DatagramSocket(endpoint, kernelBuffer: 1 << 20)
        var batch = try DatagramBatch(capacity: 8, slot: 5)
        let sender = try UDPSender(to: #require(Endpoint("127.0.0.1:\(socket.port)")))
        for text in ["12345678", "", "abc"] { try sender.send(Array(text.utf8)) }
        var texts: [String] = []
        let isAll = try eventually {
            try batch.receive(from: socket)
            batch.forEach { _, bytes in texts.append(String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)) }
            return texts.count >= 3
        }
        #expect(isAll && texts == ["12345", "", "abc"])
    }
}
