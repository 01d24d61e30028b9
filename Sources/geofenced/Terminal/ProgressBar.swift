import Ingest
import Platform

/// How far a long input has been read, or a file been copied: one line on standard error, redrawn, where that is a terminal.
struct ProgressBar {
    private let name: String
    private let isShown = Console.errorIsTerminal && Style.ofThisTerminal.canRedraw
    private var nextDraw = MonotonicTime.now + ProgressBar.interval
    private var hasDrawn = false

    /// Short inputs are over before the first one.
    private static let interval = Duration.milliseconds(200)
    private static let width = 30

    init(_ name: String) { self.name = name }

    mutating func show(_ progress: ByteStream.Progress) { show(bytes: progress.read, of: progress.total) }

    mutating func show(bytes: Int, of total: Int?) {
        guard isShown, MonotonicTime.now >= nextDraw else { return }
        nextDraw = MonotonicTime.now + Self.interval
        hasDrawn = true
        let megabytes = "\(bytes / 1_000_000) MB"
        guard let total, total > 0 else {
            Console.write("\r\u{1B}[K\(name) \(megabytes)")
            return
        }
        draw(min(Double(bytes) / Double(total), 1), " of \(total / 1_000_000) MB")
    }

    /// - Parameter share: 0…1.
    mutating func show(share: Double) {
        guard isShown, MonotonicTime.now >= nextDraw else { return }
        nextDraw = MonotonicTime.now + Self.interval
        hasDrawn = true
        draw(share, "")
    }

    private func draw(_ share: Double, _ rest: String) {
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        Console.write("\r\u{1B}[K\(name) \(bar) \(Int(share * 100)) %\(rest)")
    }

    func clear() {
        if hasDrawn { Console.write("\r\u{1B}[K") }
    }
}
