import Glibc
import Platform
import Testing

/// What systemd does: descriptors from a number on, and variables that say how many and for whom.
@Suite struct HandedOverSocketTests {
    /// A descriptor at a number of its own, as a process that was just started finds it.
    private func place(_ number: Int32, at place: Int32) throws {
        try checked("dup2", "test") { dup2(number, place) }
    }

    private func bound(_ type: __socket_type, listens: Bool = false, family: Int32 = AF_INET) throws -> Descriptor {
        let made = Descriptor(owning: try checked("socket", "test") { socket(family, Int32(type.rawValue), 0) })
        let number = made.number
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        if family == AF_INET {
            _ = try checked("bind", "test") {
                unsafe withUnsafePointer(to: &address) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
        }
        if listens { try checked("listen", "test") { listen(number, 5) } }
        return made
    }

    private func take(_ variables: [String: String], from first: Int32) throws(HandOverError) -> [HandedOverSocket] {
        try HandedOverSocket.takeAll(environment: { variables[$0] }, process: 77, first: first)
    }

    @Test func takesBothKindsWithTheirAddresses() throws {
        let datagrams = try bound(SOCK_DGRAM)
        let stream = try bound(SOCK_STREAM, listens: true)
        try place(datagrams.number, at: 700)
        try place(stream.number, at: 701)
        let sockets = try take(["LISTEN_PID": "77", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "a:b"], from: 700)
        #expect(sockets.map(\.kind) == [.udp, .tcp])
        #expect(sockets.allSatisfy { $0.endpoint.address == "127.0.0.1" && $0.endpoint.port > 0 })
        for number in [700, 701] as [Int32] {
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0 && fcntl(number, F_GETFL) & O_NONBLOCK != 0)
        }
        let socket = try #require(try DatagramSocket(sockets[0], kernelBuffer: 1 << 16))
        #expect(socket.port == sockets[0].endpoint.port)
        #expect(try DatagramSocket(sockets[0], kernelBuffer: 1 << 16) == nil, "it is taken once")
    }

    @Test(arguments: [
        [:], ["LISTEN_FDS": "1"], ["LISTEN_PID": "78", "LISTEN_FDS": "1"], ["LISTEN_PID": "77"],
        ["LISTEN_PID": "77", "LISTEN_FDS": "0"],
    ])
    func takesNothingThatIsNotForIt(variables: [String: String]) throws {
        #expect(try take(variables, from: 710).isEmpty)
    }

    @Test func saysWhatIsWrongWithASocket() throws {
        let variables = ["LISTEN_PID": "77", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "unit.socket"]
        let file = try Descriptor.open("/dev/null", flags: O_RDONLY)
        try place(file.number, at: 720)
        #expect(throws: HandOverError.notASocket(name: "unit.socket")) { try take(variables, from: 720) }
        let local = try bound(SOCK_DGRAM, family: AF_UNIX)
        try place(local.number, at: 721)
        #expect(throws: HandOverError.notInternet(name: "unit.socket")) { try take(variables, from: 721) }
        let stream = try bound(SOCK_STREAM)
        try place(stream.number, at: 722)
        let error = #expect(throws: HandOverError.self) { try take(variables, from: 722) }
        #expect(error?.description.contains("does not listen: write `Accept=no`") == true)
        #expect(throws: HandOverError.badCount("-1")) {
            try take(["LISTEN_PID": "77", "LISTEN_FDS": "-1"], from: 723)
        }
    }

    @Test func anAddressHasOneForm() {
        #expect(Endpoint("[0:0:0:0:0:0:0:0]:5005") == Endpoint("[::]:5005"))
        #expect(Endpoint("[2001:DB8::0:1]:1")?.description == "[2001:db8::1]:1")
    }
}
