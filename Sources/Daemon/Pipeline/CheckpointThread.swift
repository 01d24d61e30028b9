internal import Platform
internal import Positioning
internal import Store

/// Runs a ``Checkpointer`` now and then, where a commit is not to wait for the disk.
final class CheckpointThread: Sendable {
    private let thread: WorkerThread
    private let wakeUp: WakeUp

    /// - Parameter store: its path.
    init(of store: String) throws {
        let wakeUp = try WakeUp()
        self.wakeUp = wakeUp
        thread = try WorkerThread(name: "checkpoints") { Self.run(store, until: wakeUp) }
    }

    func stop() {
        wakeUp.sound()
        thread.join()
    }

    private static func run(_ store: String, until wakeUp: WakeUp) {
        // Without it the writer does all of it.
        guard let checkpointer = try? Checkpointer(path: store) else { return }
        while (try? wakeUp.wait(for: nil, orUntil: .now + Limits.checkpointPause)) == .deadline { checkpointer.step() }
    }
}
