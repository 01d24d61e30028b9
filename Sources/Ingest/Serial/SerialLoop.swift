import Platform
import Positioning

/// What a serial source's thread does: opens the line, listens until it is lost, and waits for it to come back.
struct SerialLoop {
    private let path: String
    private let setting: BaudSetting
    private let wiring: SourceWiring
    private let delivery: Delivery
    private let wakeUp: WakeUp
    private var intake = Intake()
    private var backoff = Backoff(first: Limits.serialRetryFirst, longest: Limits.serialRetryLongest)
    private var lastGoodRate: BaudRate?
    /// The trouble that was last told, so that it is told once.
    private var told: SourceError?
    private var hasComplained = false
    private var hasOpened = false

    init(
        path: String, setting: BaudSetting, wiring: SourceWiring, delivery: Delivery, wakeUp: WakeUp
    ) {
        self.path = path
        self.setting = setting
        self.wiring = wiring
        self.delivery = delivery
        self.wakeUp = wakeUp
    }

    mutating func run(from first: FirstLine) {
        while delivery.stopped == nil {
            var detector = BaudDetector(setting, first: lastGoodRate)
            do {
                let line = try open(first, detector.rate)
                tellOfOpening(detector.rate)
                var session = wiring.makeSession(at: path, by: "serial")
                let failure = listen(to: line, &session, &detector)
                session.finish(into: &intake)
                delivery.deliver(&intake)
                if let failure { tellOfLoss(failure) }
            } catch {
                wiring.counters.update { $0.openErrors &+= 1 }
                tell(error)
            }
            if delivery.stopped == nil { rest() }
        }
    }

    private func open(_ first: FirstLine, _ rate: BaudRate) throws(SourceError) -> SerialLine {
        if let line = first.take() { return line }
        return try SerialLine(path: path, rate: rate)
    }

    /// - Returns: why the line was lost; `nil` where the source was stopped.
    private mutating func listen(
        to line: borrowing SerialLine, _ session: inout Session, _ detector: inout BaudDetector
    ) -> SourceError? {
        var lastHeard = MonotonicTime.now
        var buffer = [UInt8](repeating: 0, count: Limits.serialRead)
        do {
            while true {
                let quiet = session.isPending ? lastHeard + Limits.epochPause : nil
                let deadline = [quiet, detector.deadline].compactMap { $0 }.min()
                let reason = try wakeUp.wait(for: line.number, orUntil: deadline)
                let now = MonotonicTime.now
                var action: BaudDetector.Action?
                switch reason {
                case .sounded:
                    return nil
                case .readable:
                    guard let count = try line.read(into: &buffer) else { break }
                    if count == 0 { return .lineLost(path: path) }
                    lastHeard = now
                    action = take(buffer.span.extracting(0..<count), &session, &detector, at: now)
                case .deadline:
                    if let quiet, quiet <= now { session.pause(into: &intake) }
                    action = detector.passed(at: now)
                }
                delivery.deliver(&intake)
                if let action { try perform(action, on: line, &detector) }
            }
        } catch let error as SystemError {
            return .system(error)
        } catch {
            return error as? SourceError
        }
    }

    private mutating func take(
        _ bytes: Span<UInt8>, _ session: inout Session, _ detector: inout BaudDetector, at now: MonotonicTime
    ) -> BaudDetector.Action? {
        backoff.reset()
        let before = session.frames
        session.take(bytes, received: wiring.clock.now, into: &intake)
        return detector.heard(bytes: bytes.count, sentences: session.frames &- before, at: now)
    }

    private mutating func perform(
        _ action: BaudDetector.Action, on line: borrowing SerialLine, _ detector: inout BaudDetector
    ) throws(SourceError) {
        switch action {
        case .set(let rate):
            do {
                try line.set(rate)
            } catch .rateRefused {
                // Not every adapter runs at every rate; that none does ends at `startOver`.
                try perform(detector.refused(), on: line, &detector)
            }
        case .startOver(let rate):
            try line.set(rate)
            complain("no whole sentence at any rate from 4800 to 921600 baud; still trying")
        case .settle(let rate):
            lastGoodRate = rate
            hasComplained = false
            wiring.log(.info, "serial \(path): whole sentences at \(rate.rawValue) baud")
        case .complain(let rate):
            complain("bytes come, but no whole sentence, at \(rate.rawValue) baud; try `baud: auto`")
        }
    }

    private mutating func complain(_ words: String) {
        guard !hasComplained else { return }
        hasComplained = true
        wiring.log(.warning, "serial \(path): \(words)")
    }

    private mutating func rest() {
        do {
            _ = try wakeUp.wait(for: nil, orUntil: MonotonicTime.now + backoff.next())
        } catch {
            wiring.log(.warning, "\(error)")
        }
    }

    private mutating func tellOfOpening(_ rate: BaudRate) {
        wiring.counters.update { $0.opens &+= 1 }
        wiring.log(.info, "serial \(path): open\(hasOpened ? " again" : ""), at \(rate.rawValue) baud")
        hasOpened = true
        told = nil
    }

    private mutating func tellOfLoss(_ error: SourceError) {
        wiring.counters.update { $0.readErrors &+= 1 }
        tell(error)
    }

    private mutating func tell(_ error: SourceError) {
        guard told != error else { return }
        told = error
        wiring.log(.warning, "\(error); trying again until it can be opened")
    }
}
