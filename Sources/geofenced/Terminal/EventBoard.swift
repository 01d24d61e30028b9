import Anomalies
import Engine
import Fencing
import Glibc
import Positioning
import Store

/// Events as they come: aligned lines, as wide as the terminal at most, with a line of counters below them; NDJSON where
/// standard output is no terminal.
struct EventBoard: Sendable {
    private let isTerminal = Console.outputIsTerminal
    private let style = Style.ofThisTerminal
    private let names: [String: String]
    private let fenceWidth: Int
    private let deviceWidth: Int

    /// - Parameter deviceWidth: columns of the longest device's id.
    init(fences: [Fence], deviceWidth: Int) {
        names = Dictionary(fences.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        fenceWidth = fences.map(\.id.terminalWidth).max() ?? 0
        self.deviceWidth = deviceWidth
    }

    func show(_ lines: CommittedEvents, _ events: [Event]) {
        guard isTerminal else {
            let output = Output()
            // Whoever read it has gone: the events are in the store all the same.
            try? output.write(lines.bytes)
            try? output.flush()
            return
        }
        let columns = Style.columns
        StatusLine.writeAbove(events.map { line($0, columns) + "\n" }.joined(), STDOUT_FILENO)
    }

    /// Redraws the counters.
    func show(status text: String) {
        guard isTerminal, style.canRedraw else { return }
        // A column less: a cursor that waits at the edge would wrap where the terminal is made narrower.
        StatusLine.show(style.paint(text.cut(to: Style.columns - 1), .dim))
    }

    /// Leaves the terminal as it was.
    func clear() {
        if isTerminal, style.canRedraw { StatusLine.show("") }
    }

    /// The fence's name is left out first where there is no room, then how sure the time is.
    private func line(_ event: Event, _ columns: Int) -> String {
        let clock = "\(event.time)".dropFirst(11).prefix(8)
        let (badge, colour) = Self.badge(event.kind)
        let what = "  " + badge.padded(to: 9)
        let who =
            "  " + event.device.padded(to: deviceWidth) + "  " + (event.fence ?? "").padded(to: fenceWidth) + "  "
            + (event.anomaly == nil ? Self.percent(event.confidence) : "").padded(to: 6)
        let late = event.detected.seconds(since: event.time)
        let known =
            event.anomaly.map { "suspected \($0.rule.rawValue), \($0.state.rawValue)" }
            ?? (event.isInitial
                ? "there when first seen"
                : "±\(Self.text(event.uncertainty_s, 0)) s, sure \(Self.text(late, 0)) s later")
        let name = event.fence.flatMap { names[$0] }.map { "  \($0)" } ?? ""
        var left = columns - clock.count
        var line = style.paint(String(clock), .dim)
        func add(_ text: String, _ colour: Style.Colour?) {
            let fitting = text.cut(to: left)
            left -= fitting.terminalWidth
            line += colour.map { style.paint(fitting, $0) } ?? fitting
        }
        add(what, colour)
        add(who, nil)
        guard known.terminalWidth + 2 <= left else { return line }
        add("  " + known, .dim)
        if name.terminalWidth <= left { add(name, nil) }
        return line
    }

    private static func badge(_ kind: Event.Kind) -> (String, Style.Colour) {
        switch kind {
        case .enter: ("▶ enter", .green)
        case .exit: ("◀ exit", .yellow)
        case .crossed: ("↷ crossed", .cyan)
        case .retract: ("✗ retract", .red)
        case .anomaly: ("? anomaly", .red)
        case .dwell: ("● dwell", .blue)
        }
    }

    /// Nothing that is measured is certain.
    private static func percent(_ value: Double) -> String { text(min(value * 100, 99.9), 1) + " %" }

    private static func text(_ value: Double, _ decimals: Int) -> String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(value, decimals: decimals)
        return String(decoding: bytes, as: UTF8.self)
    }
}
