import Foundation
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// Sockets that are opened by who starts the daemon, by the real `systemd-socket-activate`.
@Suite(.serialized) struct SocketActivationTests {
    private static let activator = "/usr/bin/systemd-socket-activate"

    private static var isInstalled: Bool {
        let isThere = unsafe access(activator, X_OK) == 0
        if !isThere { print("skipped: systemd-socket-activate is not installed") }
        return isThere
    }

    private struct Site {
        let scratch: Scratch
        let port: UInt16

        init(_ kind: String) throws {
            scratch = try Scratch()
            port = try freePort()
            try scratch.write(World.geoJSON(at: [0]), to: "fences/squares.geojson")
            try scratch.write(
                "store: geofenced.sqlite3\nevents: e\nfences: fences\nmetrics: none\nsources: [{\(kind): \"127.0.0.1:\(port)\", device: van}]\n",
                to: "geofenced.yaml")
        }

        func fixes() -> Int { (try? StoreReader(path: scratch.store).summary().fixes) ?? 0 }

        /// `systemd-socket-activate`, listening; it starts the daemon when something comes.
        func activate(at address: String, _ options: [String]) throws -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: SocketActivationTests.activator)
            process.arguments =
                ["-l", address] + options + [Command.path, "run", "--config", scratch.path + "/geofenced.yaml"]
            let log = scratch.path + "/log-\(UUID().uuidString)"
            try Data().write(to: URL(fileURLWithPath: log))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            try process.run()
            try eventually("it listens") { try scratch.text(log).contains("Listening on") }
            return process
        }

        func line(_ second: Int) -> [UInt8] {
            let body = "GPRMC,0100\(second < 10 ? "0" : "")\(second),A,3954.5220,N,11623.8500,E,0.0,0.0,020326,,,A"
            return Array(String(format: "$\(body)*%02X\r\n", body.utf8.reduce(0, ^)).utf8)
        }

        func end(_ process: Process) -> Int32 {
            kill(process.processIdentifier, SIGTERM)
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    @Test(.enabled(if: isInstalled)) func aDatagramStartsItAndIsRead() throws {
        let site = try Site("udp")
        let daemon = try site.activate(at: "127.0.0.1:\(site.port)", ["-d"])
        let sender = try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: site.port)))
        for second in 0..<5 { try sender.send(site.line(second)) }
        try eventually("what came before it ran is in the store") { site.fixes() == 5 }
        #expect(site.end(daemon) == 0)
    }

    @Test(.enabled(if: isInstalled)) func aConnectionStartsItAndIsHeard() throws {
        let site = try Site("tcp")
        let daemon = try site.activate(at: "127.0.0.1:\(site.port)", [])
        let client = try Connection(port: site.port)
        client.send(site.line(1) + site.line(2))
        try eventually("what was said before it ran is in the store") { site.fixes() == 2 }
        #expect(site.end(daemon) == 0)
    }

    /// The socket outlives the daemon, as in a .socket unit: what comes while none runs is read by the next one.
    @Test(.enabled(if: isInstalled)) func whatComesWhileNoneRunsIsReadByTheNext() throws {
        let site = try Site("udp")
        let (orders, answers) = (Pipe(), Pipe())
        let number = site.scratch.path + "/pid"
        // Holds the socket, and starts a daemon with it for each line that it reads.
        let script = """
            while read -r order; do
                sh -c 'echo $$ >"$0"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"' "$@" </dev/null
                echo "$?"
            done
            """
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: Self.activator)
        holder.arguments = [
            "-d", "-l", "127.0.0.1:\(site.port)", "/bin/sh", "-c", script, "sh", number, Command.path, "run",
            "--config", site.scratch.path + "/geofenced.yaml",
        ]
        let log = site.scratch.path + "/log"
        try Data().write(to: URL(fileURLWithPath: log))
        (holder.standardInput, holder.standardOutput) = (orders, answers)
        holder.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try holder.run()
        defer { kill(holder.processIdentifier, SIGKILL) }
        let sender = try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: site.port)))
        try eventually("it listens") { try site.scratch.text(log).contains("Listening on") }
        for round in 0..<3 {
            for second in 0..<10 { try sender.send(site.line(round * 20 + second)) }
            try orders.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
            try eventually("what came while none ran is in the store") { site.fixes() == round * 20 + 10 }
            for second in 10..<20 { try sender.send(site.line(round * 20 + second)) }
            try eventually("what comes while it runs is in the store") { site.fixes() == round * 20 + 20 }
            let process = try #require(Int32(try site.scratch.text(number).dropLast()))
            kill(process, SIGTERM)
            #expect(answers.fileHandleForReading.availableData == Data("0\n".utf8))
        }
    }

    @Test(.enabled(if: isInstalled)) func aSocketThatNoSourceNamesIsAnErrorOfConfiguration() throws {
        let site = try Site("udp")
        let other = try freePort()
        let daemon = try site.activate(at: "127.0.0.1:\(other)", ["-d"])
        try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: other))).send(site.line(0))
        daemon.waitUntilExit()
        #expect(daemon.terminationStatus == 78)
        let logs = try FileManager.default.contentsOfDirectory(atPath: site.scratch.path).filter { $0.hasPrefix("log") }
        let told = try logs.map { try site.scratch.text(site.scratch.path + "/" + $0) }.joined()
        #expect(
            told.contains("the socket udp 127.0.0.1:\(other) was handed over and no source names it: write `- udp:"),
            "\(told)")
    }
}

/// A tracker that connects.
struct Connection: ~Copyable {
    private let descriptor: Descriptor

    init(port: UInt16) throws {
        let made = Descriptor(
            owning: try checked("socket", "no socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) })
        let number = made.number
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try checked("connect", "no connection to \(port)") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        descriptor = made
    }

    /// - Returns: `false` where the peer has closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe Glibc.send(descriptor.number, rest, rest.count, Int32(MSG_NOSIGNAL))
            if count <= 0 { return false }
            rest.removeFirst(count)
        }
        return true
    }
}
