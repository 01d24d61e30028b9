import Engine
import Fencing
import Positioning
import Store
import Synchronization

/// Events as they come: aligned, coloured lines with a line of counters below them on a terminal; NDJSON elsewhere.
final class EventBoard: Sendable {
    private let isTerminal = Console.outputIsTerminal
    private let names: [String: String]
    private let fenceWidth: Int
    private let status = Mutex("")

    init(fences: [Fence]) {
        names = Dictionary(fences.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        fenceWidth = fences.map(\.id.terminalWidth).max() ?? 0
    }

    func show(_ lines: CommittedEvents, _ events: [Event]) {
        status.withLock { status in
            guard isTerminal else {
                write(lines.bytes)
                return
            }
            let text = events.map { line($0) + "\n" }.joined()
            write(Array("\r\u{1B}[K\(text)\(status)".utf8))
        }
    }

    /// Redraws the counters.
    func show(status text: String) {
        guard isTerminal else { return }
        status.withLock { status in
            status = "\u{1B}[2m\(text)\u{1B}[0m"
            write(Array("\r\u{1B}[K\(status)".utf8))
        }
    }

    /// Leaves the terminal as it was.
    func clear() {
        guard isTerminal else { return }
        status.withLock { status in
            status = ""
            write(Array("\r\u{1B}[K".utf8))
        }
    }

    private func line(_ event: Event) -> String {
        let clock = "\(event.time)".dropFirst(11).prefix(8)
        let late = event.detected.seconds(since: event.time)
        let known =
            event.isInitial
            ? "was there when first seen" : "±\(rounded(event.uncertainty_s)) s, sure \(rounded(late)) s later"
        return [
            "\u{1B}[2m\(clock)\u{1B}[0m", Self.badge(event.kind), event.device.padded(to: 8),
            event.fence.padded(to: fenceWidth), percent(event.confidence).padded(to: 7),
            "\u{1B}[2m\(known)\u{1B}[0m", names[event.fence] ?? "",
        ].joined(separator: "  ")
    }

    private static func badge(_ kind: Event.Kind) -> String {
        switch kind {
        case .enter: "\u{1B}[32m▶ enter  \u{1B}[0m"
        case .exit: "\u{1B}[33m◀ exit   \u{1B}[0m"
        case .crossed: "\u{1B}[36m↷ crossed\u{1B}[0m"
        case .retract: "\u{1B}[31m✗ retract\u{1B}[0m"
        case .dwell: "\u{1B}[34m● dwell  \u{1B}[0m"
        }
    }

    private func rounded(_ value: Double) -> String { text(value, 0) }

    private func percent(_ value: Double) -> String { text(value * 100, 1) + " %" }

    private func text(_ value: Double, _ decimals: Int) -> String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(value, decimals: decimals)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ bytes: [UInt8]) {
        let output = Output()
        // Whoever read it has gone: the events are in the store all the same.
        try? output.write(bytes)
        try? output.flush()
    }
}
