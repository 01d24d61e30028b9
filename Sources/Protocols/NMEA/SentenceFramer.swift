import Positioning

/// Finds the sentences in a stream of bytes that come in any pieces.
///
/// A sentence begins at `$` or `!`, wherever it stands, and ends after `*hh`, or with its line. A new start within one means
/// that the first was cut short. NUL is passed over everywhere: a line that idles low gives some, and they change no
/// checksum. Any other byte that is no printable ASCII ends a sentence as broken: binary protocols share the line.
///
///     line ── $ ! ──▶ body ── * ──▶ star ── h ──▶ digit ── h ──▶ closed ── anything but a name ──▶ line, a frame
///     line ── \ ──▶ tag ── \ ──▶ line
///     body, star, digit ── $ ! ──▶ body, broken
///     body, star, digit, tag ── line end, binary, too long ──▶ line, broken
struct SentenceFramer {
    /// What the bytes so far complete.
    enum Frame: Equatable {
        /// A sentence whose checksum is right, or that has none where none is required.
        case sentence
        case badChecksum
        case missingChecksum
        case broken
        /// A TAG block; whether its checksum is right.
        case tag(isWhole: Bool)
        /// A line of text without a sentence.
        case text
        case lineEnd
    }

    private enum State { case line, tag, body, star, digit, closed }

    private var text: [UInt8]
    private var length = 0
    /// Where the frame's text stands in the bytes that were given; `nil` where it was put together in ``text``.
    private(set) var whole: Range<Int>?
    /// What stood on the line before the sentence, or, of ``Frame/text``, all that stood there.
    private(set) var before = ShortText()
    /// What follows the sentence's checksum on its line.
    private(set) var after = ShortText()
    /// `$` or `!`.
    private(set) var start: UInt8 = 0

    private var state = State.line
    /// Of the text, as computed.
    private(set) var checksum: UInt8 = 0
    private var claimed: UInt8 = 0
    private let requiresChecksum: Bool

    init(requiresChecksum: Bool) {
        self.requiresChecksum = requiresChecksum
        text = [UInt8](repeating: 0, count: Limits.sentenceLength)
    }

    /// One that has read nothing yet.
    func renewed() -> SentenceFramer { SentenceFramer(requiresChecksum: requiresChecksum) }

    /// The text of a frame that was put together, to be lent.
    var assembled: (text: [UInt8], count: Int) { (text, length) }

    /// Nothing to read stands on the line but the sentence.
    var isAlone: Bool { !before.isReadable && !after.isReadable }

    /// Nothing is under way.
    @inline(__always)
    var isBetweenFrames: Bool { state == .line }

    /// Something stands on the line that is no sentence half said.
    @inline(__always)
    var isMidLine: Bool { state == .closed || state == .line && !before.isEmpty }

    /// A TAG block that was looked at before is passed over.
    @inline(__always)
    mutating func passTag() { before.spoil() }

    /// A sentence is whole, and only waits to see whether a device's name follows it; or there is text that waits for its line's
    /// end.
    var isPending: Bool { state == .closed || state == .line && before.isReadable }

    /// Reads on from `index` until a frame is complete or the bytes are used up.
    /// - Parameter fields: those of the frame's text are put there, where that is ``whole``.
    mutating func next(_ bytes: Span<UInt8>, from index: inout Int, splitInto fields: inout Fields) -> Frame? {
        whole = nil
        while index < bytes.count {
            if state == .line, let frame = takeWhole(bytes, from: &index, &fields) { return frame }
            if state == .body { takeRun(bytes, from: &index) }
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            // A sentence that is closed gives the byte that ends it back: it may begin the next one.
            if state == .closed, !continuesName(byte) { return close() }
            if byte == 0x0A || byte == 0x0D, let frame = endLine() { return frame }
            index += 1
            if byte == 0 { continue }
            if let frame = take(byte) { return frame }
        }
        return nil
    }

    /// The input has paused or ended, or came as a packet of its own. To be asked until it gives nothing; then a new line begins,
    /// where no sentence is half said.
    mutating func flush(isEnd: Bool) -> Frame? {
        if state == .closed { return close() }
        if isPending { return .text }
        if isEnd, state == .body, !requiresChecksum {
            state = .line
            return .sentence
        }
        if state == .line { before.clear() }
        return nil
    }

    /// A sentence with its line end, or a TAG block, that stands whole in the bytes, as nearly all do: nothing is copied.
    /// - Returns: `nil`, with nothing taken, for all else: the byte by byte way gives the same frames.
    @inline(__always)
    private mutating func takeWhole(
        _ bytes: Span<UInt8>, from index: inout Int, _ fields: inout Fields
    ) -> Frame? {
        let first = bytes[index]
        let isTag = first == UInt8(ascii: "\\")
        guard isTag || first == UInt8(ascii: "$") || first == UInt8(ascii: "!"),
            let run = PlainRun(bytes, from: index &+ 1, splitInto: &fields), run.count > 0
        else { return nil }
        let next = bytes[run.end &+ 3]
        if isTag {
            guard next == UInt8(ascii: "\\"), run.count <= Limits.identityText &- 3,
                bytes.place(of: next, from: run.start) == run.end &+ 3
            else { return nil }
            before.spoil()
            index = run.end &+ 4
        } else {
            guard next == 0x0D || next == 0x0A else { return nil }
            start = first
            checksum = run.checksum
            index = run.end &+ 3
            while index < bytes.count, bytes[index] == 0x0D || bytes[index] == 0x0A { index &+= 1 }
        }
        whole = run.start..<run.end
        if isTag { return .tag(isWhole: run.isRight) }
        return run.isRight ? .sentence : .badChecksum
    }

    /// The plain characters of a sentence's body, as many as there are.
    private mutating func takeRun(_ bytes: Span<UInt8>, from index: inout Int) {
        var place = index
        var used = length
        var sum = checksum
        let end = min(bytes.count, index + text.count - length)
        var store = text.mutableSpan
        while place < end {
            let byte = bytes[place]
            // Above `*` all printable characters but the backslash are text; `$`, `!` and `*` are below.
            guard byte > UInt8(ascii: "*"), byte < 0x7F, byte != UInt8(ascii: "\\") else { break }
            store[used] = byte
            sum ^= byte
            used += 1
            place += 1
        }
        index = place
        length = used
        checksum = sum
    }

    /// A line that ends within something ends that; the line end itself is read after it.
    private mutating func endLine() -> Frame? {
        let ended = state
        switch ended {
        case .line, .closed: return nil
        case .body where length == 0:
            state = .line
            return nil
        case .body:
            state = .line
            return requiresChecksum ? .missingChecksum : .sentence
        case .star, .digit:
            state = .line
            return .missingChecksum
        case .tag:
            state = .line
            return .tag(isWhole: false)
        }
    }

    private mutating func take(_ byte: UInt8) -> Frame? {
        switch state {
        case .line: takeInLine(byte)
        case .tag: takeInTag(byte)
        case .body: takeInBody(byte)
        case .star:
            takeChecksumDigit(byte) { framer, digit in
                framer.claimed = digit << 4
                framer.state = .digit
            }
        case .digit:
            takeChecksumDigit(byte) { framer, digit in
                framer.claimed |= digit
                framer.state = .closed
                framer.after.clear()
            }
        case .closed: takeName(byte)
        }
    }

    private mutating func takeInLine(_ byte: UInt8) -> Frame? {
        switch byte {
        case UInt8(ascii: "!") where before.isReadable:
            // "help me!" is a tracker's alarm.
            before.append(byte)
            return nil
        case UInt8(ascii: "$"), UInt8(ascii: "!"):
            begin(byte)
            return nil
        case UInt8(ascii: "\\"):
            state = .tag
            length = 0
            checksum = 0
            return nil
        case 0x0A, 0x0D:
            return before.isReadable ? .text : .lineEnd
        default:
            before.append(byte)
            return nil
        }
    }

    private mutating func takeInTag(_ byte: UInt8) -> Frame? {
        switch byte {
        case UInt8(ascii: "\\"):
            state = .line
            before.spoil()
            return .tag(isWhole: isTagWhole())
        case UInt8(ascii: "$"), UInt8(ascii: "!"):
            before.spoil()
            begin(byte)
            return .tag(isWhole: false)
        default:
            guard length < Limits.identityText, Self.isPrintable(byte) else {
                state = .line
                before.spoil()
                return .tag(isWhole: false)
            }
            text[length] = byte
            length += 1
            return nil
        }
    }

    private mutating func takeInBody(_ byte: UInt8) -> Frame? {
        switch byte {
        case UInt8(ascii: "*"):
            state = .star
            return nil
        case UInt8(ascii: "$"), UInt8(ascii: "!"):
            // `$$GPRMC`: the first of two starts is none.
            let isCut = length > 0
            if isCut { before.spoil() }
            begin(byte)
            return isCut ? .broken : nil
        default:
            guard length < text.count, Self.isPrintable(byte) else { return breakOff() }
            text[length] = byte
            length += 1
            checksum ^= byte
            return nil
        }
    }

    private mutating func takeChecksumDigit(
        _ byte: UInt8, then accept: (inout SentenceFramer, UInt8) -> Void
    ) -> Frame? {
        if let digit = byte.hexDigit {
            accept(&self, digit)
            return nil
        }
        switch byte {
        case UInt8(ascii: "$"), UInt8(ascii: "!"):
            before.spoil()
            begin(byte)
            return .broken
        default:
            return breakOff()
        }
    }

    /// Whether the byte may be part of a name after the checksum; it begins with a comma or a blank.
    private func continuesName(_ byte: UInt8) -> Bool {
        if byte == 0 { return true }
        if after.isEmpty { return byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") }
        // As in a line of text.
        return Self.isPrintable(byte) && byte != UInt8(ascii: "$") && byte != UInt8(ascii: "\\") && after.hasRoom
    }

    private mutating func takeName(_ byte: UInt8) -> Frame? {
        after.append(byte)
        return nil
    }

    private mutating func close() -> Frame {
        state = .line
        return claimed == checksum ? .sentence : .badChecksum
    }

    private mutating func begin(_ byte: UInt8) {
        state = .body
        start = byte
        length = 0
        checksum = 0
        after.clear()
    }

    private mutating func breakOff() -> Frame {
        state = .line
        before.spoil()
        return .broken
    }

    /// `name:value,…*hh`, the checksum over all before the star (NMEA 0183 4.10, TAG blocks).
    private mutating func isTagWhole() -> Bool {
        guard length > 3, text[length - 3] == UInt8(ascii: "*"), let high = text[length - 2].hexDigit,
            let low = text[length - 1].hexDigit
        else { return false }
        length -= 3
        var sum: UInt8 = 0
        for place in 0..<length { sum ^= text[place] }
        return sum == high << 4 | low
    }

    /// What the last frame needed of the line has been read; called once for each frame.
    mutating func clearLine(after frame: Frame) {
        switch frame {
        case .text, .lineEnd: before.clear()
        case .sentence, .badChecksum, .missingChecksum:
            // What follows on the line is no name before the next sentence.
            if whole == nil { before.spoil() } else { before.clear() }
            after.clear()
        case .broken, .tag: break
        }
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }
}
