import Glibc
import Platform
import Positioning
import Synchronization

/// A receiver on a serial line. Unplugged, it is waited for until it is back, by its path or by /dev/serial/by-id.
public final class SerialSource: Source {
    private struct Running {
        var delivery: Delivery
        var wakeUp: WakeUp
        var thread: WorkerThread
    }

    private let path: String
    private let baud: BaudSetting
    private let wiring: SourceWiring
    private let running = Mutex<Running?>(nil)

    public init(path: String, baud: BaudSetting = .auto, wiring: SourceWiring) {
        self.path = path
        self.baud = baud
        self.wiring = wiring
    }

    deinit { stop() }

    /// A line that is not there yet is no error: it is waited for, as one that was unplugged.
    public func start() throws(SourceError) {
        try running.withLock { running throws(SourceError) in
            guard running == nil else { throw .alreadyStarted }
            let line = FirstLine(try look())
            do throws(SystemError) {
                running = try launch(line)
            } catch {
                throw .system(error)
            }
        }
    }

    public func stop() {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.delivery.stop()
        running.wakeUp.sound()
        running.thread.join()
    }

    /// Opens the line, for the errors that only someone can mend.
    /// - Returns: `nil` where it is unplugged or held by another: the thread tells of it, and tries again.
    private func look() throws(SourceError) -> SerialLine? {
        do {
            return try SerialLine(path: path, rate: BaudDetector(baud).rate)
        } catch {
            switch error {
            case .lineMissing, .lineInUse, .system: return nil
            default: throw error
            }
        }
    }

    private func launch(_ line: FirstLine) throws(SystemError) -> Running {
        let delivery = Delivery(wiring)
        let wakeUp = try WakeUp()
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let thread = try WorkerThread(name: name) { [path, baud, wiring] in
            var loop = SerialLoop(path: path, setting: baud, wiring: wiring, delivery: delivery, wakeUp: wakeUp)
            loop.run(from: line)
        }
        return Running(delivery: delivery, wakeUp: wakeUp, thread: thread)
    }
}

/// The line that was opened at the start, on its way to the thread: opened twice, it would drop DTR, and some receivers
/// start anew at that.
final class FirstLine: Sendable {
    private let line: Mutex<SerialLine?>

    init(_ line: consuming sending SerialLine?) { self.line = Mutex(line) }

    /// The line, once.
    func take() -> SerialLine? { line.withLock { $0.take() } }
}
