import Dispatch
import Glibc

/// SIGINT and SIGTERM as a call, where a command has something to bring to its end.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    /// As long as it is kept, the first of them calls `body`, on another thread; a second one ends the process at once.
    init(_ body: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            let source = DispatchSource.makeSignalSource(signal: number)
            var isFirst = true
            source.setEventHandler {
                guard isFirst else { _exit(128 + number) }
                isFirst = false
                body()
            }
            source.activate()
            return source
        }
    }

    deinit { for source in sources { source.cancel() } }
}
