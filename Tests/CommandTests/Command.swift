import Foundation
import Glibc
import Platform

/// The built command, run as its users run it.
struct Command {
    var status: Int32
    var output: String
    var errors: String

    /// Beside the test bundle, where the same build put it.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("geofenced").path

    /// Runs it to its end.
    init(_ arguments: [String], input: Data? = nil) throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            "geofenced-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let files = ["in", "out", "err"].map { scratch.appendingPathComponent($0) }
        for file in files { try (file == files[0] ? input ?? Data() : Data()).write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
    }

    var lines: [Substring] { output.split(separator: "\n") }
    var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// A daemon that runs beside the test; ended with it.
final class RunningCommand {
    private let process = Process()
    private let log: String

    var number: Int32 { process.processIdentifier }

    /// Starts it and waits until it says that it runs.
    /// - Parameters:
    ///   - environment: besides this process's own.
    ///   - shell: what a shell does before it becomes the command.
    init(
        _ arguments: [String], log: String, until word: String = " running ", environment: [String: String] = [:],
        shell: String? = nil
    ) throws {
        self.log = log
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        process.executableURL = URL(fileURLWithPath: shell == nil ? Command.path : "/bin/bash")
        process.arguments = shell.map { ["-c", "\($0); exec \"$0\" \"$@\"", Command.path] + arguments } ?? arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        try eventually("\(arguments.first ?? "") says \(word)") {
            self.errors.contains(word) || !self.process.isRunning
        }
        guard process.isRunning else { throw Ended(errors: errors) }
    }

    struct Ended: Error, CustomStringConvertible {
        var errors: String
        var description: String { "it ended at once: \(errors)" }
    }

    var errors: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    var processIdentifier: Int32 { process.processIdentifier }

    var isRunning: Bool { process.isRunning }

    func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// The most memory that it has had at once (VmHWM), in bytes.
    func peakMemory() throws -> Int {
        let status = try kernelText("/proc/\(process.processIdentifier)/status")
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? .max / 1024) * 1024
    }

    /// Sends a signal and waits for the end.
    /// - Returns: its exit code, or the signal that killed it.
    @discardableResult
    func end(_ signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// As `end`, where that takes long: other tests have this one's thread meanwhile.
    func slowEnd(_ signal: Int32) async -> (code: Int32, duration: Duration) {
        let begin = MonotonicTime.now
        kill(process.processIdentifier, signal)
        let end = await withCheckedContinuation { ended in
            Thread.detachNewThread { [process] in
                process.waitUntilExit()
                ended.resume(returning: MonotonicTime.now)
            }
        }
        return (process.terminationStatus, end - begin)
    }

    deinit {
        if process.isRunning { end(SIGKILL) }
    }
}

/// A file of /proc: its size is said to be 0, and one read gives a part of it.
func kernelText(_ path: String) throws -> String {
    let file = try Descriptor.open(path, flags: O_RDONLY)
    var (text, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 1 << 16))
    while let count = try file.read(into: &buffer, what: path), count > 0 { text += buffer[..<count] }
    return String(decoding: text, as: UTF8.self)
}

struct TimedOut: Error, CustomStringConvertible {
    var description: String
}

/// Waits for a condition, at most half a minute.
func eventually(_ what: String, _ condition: () throws -> Bool) throws {
    let deadline = MonotonicTime.now + .seconds(120)
    while try !condition() {
        guard MonotonicTime.now < deadline else { throw TimedOut(description: "in vain waited for: \(what)") }
        pause(for: .milliseconds(5))
    }
}

/// As above, for conditions that are asked over the network.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = MonotonicTime.now + .seconds(120)
    while try await !condition() {
        guard MonotonicTime.now < deadline else { throw TimedOut(description: "in vain waited for: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A port that nobody listens at: UDP, or TCP by `SOCK_STREAM`.
func freePort(_ type: __socket_type = SOCK_DGRAM) throws -> UInt16 {
    let socket = try checked("socket", "no socket") { Glibc.socket(AF_INET, Int32(type.rawValue), 0) }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try unsafe withUnsafeMutablePointer(to: &address) { pointer in
        try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            try checked("bind", "no port") { unsafe bind(socket, address, length) }
            try checked("getsockname", "no port") { unsafe getsockname(socket, address, &length) }
        }
    }
    return UInt16(bigEndian: address.sin_port)
}
