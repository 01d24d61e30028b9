import Positioning

/// Says which device a sentence is of, where the stream says so.
///
/// NMEA 0183 itself names no device. Read are, the first that applies:
/// - a TAG block before the sentence: `\s:ID,…*hh\`, and the source of its group (`\g:2-3-34*hh\`);
/// - a prefix on its line: `ID$GP…`, `ID,$GP…`, `…/ID/$GP…`, `imei:ID,$GP…`;
/// - a suffix after its checksum: `*hh,ID`, `*hh ID`, or `imei:ID` anywhere in it;
/// - what was said last for all that follows: `$PGID,ID*hh` (also DEVID, GPFID, IMEI, PCPTI), or a line of its own as
///   `imei:ID`, `IMEI ID`, `##,imei:ID,A;`, or a bare IMEI.
///
/// A prefix or suffix is taken only where it can't be something else (a log's timestamp, a port's label, what is left of a
/// damaged sentence, a level as `-87dBm`): one word of letters, digits, `-` and `_`, four at least, a letter first and a digit
/// in it; a bare number only with an IMEI's ``Limits/deviceNumberDigits``. A name that was missed costs the device its name;
/// one that was made up would cut its track in two.
struct DeviceNaming {
    enum Device: Equatable {
        case named(DeviceName)
        case unnamed
        /// A TAG block that can't be read stands where others named sources: whose sentence it is can't be known.
        case unknown

        var name: DeviceName? {
            if case .named(let name) = self { name } else { nil }
        }
    }

    private enum Tag { case none, anonymous, damaged, source }

    private var tag = Tag.none
    /// Of the last TAG block that named one.
    private var source: DeviceName?
    private var hasTaggedSources = false
    /// The last TAG block by itself named the source of what follows.
    private(set) var lastTagNames = false
    /// The sentence group that was named last, and its source.
    private var group: (code: DeviceName, source: DeviceName)?
    private var announced: DeviceName?

    init() {}

    /// A whole TAG block.
    mutating func see(tag text: Span<UInt8>) {
        lastTagNames = false
        var namesSource = false
        var code: DeviceName?
        var start = 0
        while start < text.count {
            let end = text.place(of: UInt8(ascii: ","), from: start)
            if end &- start > 2, text[start &+ 1] == UInt8(ascii: ":") {
                let value = text.extracting(start &+ 2..<end)
                if text[start] == UInt8(ascii: "s") {
                    namesSource = false
                    if let name = DeviceName(value) {
                        source = name
                        namesSource = true
                    }
                } else if text[start] == UInt8(ascii: "g") {
                    code = Self.groupCode(value)
                }
            }
            start = end &+ 1
        }
        if namesSource {
            tag = .source
            hasTaggedSources = true
            if let code, let source { group = (code, source) }
            lastTagNames = true
        } else if let code, let group, group.code == code {
            tag = .source
            source = group.source
            lastTagNames = true
        } else if tag == .none {
            tag = .anonymous
        }
    }

    /// The last TAG block once more, which named its source, and no other one since.
    @inline(__always)
    mutating func seeLastTagAgain() { tag = .source }

    mutating func seeDamagedTag() {
        tag = .damaged
        lastTagNames = false
    }

    /// A sentence was read, or its line ended: its TAG block doesn't reach further.
    mutating func endTag() { tag = .none }

    /// A line of text without a sentence.
    mutating func see(line: ShortText) {
        if let name = line.read(Self.announcement) { announced = name }
    }

    /// A sentence that isn't of a position.
    mutating func see(skipped text: Span<UInt8>) {
        for address in ["PGID,", "DEVID,", "GPFID,", "IMEI,", "PCPTI,"] as [StaticString]
        where Self.begins(text, with: address) {
            let end = text.place(of: UInt8(ascii: ","), from: address.utf8CodeUnitCount)
            if let name = DeviceName(text.extracting(address.utf8CodeUnitCount..<end)) { announced = name }
        }
    }

    /// Whose a sentence is that stands alone on its line, but for a TAG block.
    @inline(__always)
    var deviceOfLine: Device {
        if tag == .damaged, hasTaggedSources { return .unknown }
        return (tag == .source ? source : announced).map { .named($0) } ?? .unnamed
    }

    /// Whose a sentence is.
    /// - Parameters:
    ///   - before: what stands before it on its line.
    ///   - after: what follows its checksum.
    func device(before: ShortText, after: ShortText) -> Device {
        if tag == .source || tag == .damaged && hasTaggedSources { return deviceOfLine }
        if before.isReadable, let name = before.read(Self.prefix) { return .named(name) }
        if after.isReadable, let name = after.read(Self.suffix) { return .named(name) }
        return deviceOfLine
    }

    // MARK: Forms

    private static func prefix(_ text: Span<UInt8>) -> DeviceName? {
        guard let last = text.indices.last else { return nil }
        var range = 0..<text.count
        if text[last] == UInt8(ascii: ",") || text[last] == UInt8(ascii: "/") { range = 0..<last }
        if text[last] == UInt8(ascii: "/") {
            for place in range where text[place] == UInt8(ascii: "/") { range = place + 1..<last }
        }
        let word = text.extracting(range)
        return imei(word) ?? name(word)
    }

    private static func suffix(_ text: Span<UInt8>) -> DeviceName? {
        var start = 0
        while start < text.count, text[start] == UInt8(ascii: ",") || text[start] == UInt8(ascii: " ") { start += 1 }
        let word = text.extracting(start..<text.count)
        return imei(word) ?? name(word)
    }

    private static func announcement(_ text: Span<UInt8>) -> DeviceName? {
        if let imei = imei(text) { return imei }
        let count = text.count
        let digits = count > 0 && text[count - 1] == UInt8(ascii: ";") ? count - 1 : count
        guard digits == Limits.deviceNumberDigits else { return nil }
        for place in 0..<digits where text[place].decimalDigit == nil { return nil }
        return DeviceName(text.extracting(0..<digits))
    }

    /// 14 to 17 digits after the word `imei` of either case and one of `: = ,` or a blank.
    static func imei(_ text: Span<UInt8>) -> DeviceName? {
        guard text.count > 18 else { return nil }
        for start in 0..<text.count - 18 {
            let isWord =
                text[start] | 0x20 == UInt8(ascii: "i") && text[start + 1] | 0x20 == UInt8(ascii: "m")
                && text[start + 2] | 0x20 == UInt8(ascii: "e") && text[start + 3] | 0x20 == UInt8(ascii: "i")
            guard isWord, ":=, ".utf8.contains(text[start + 4]) else { continue }
            var end = start + 5
            while end < text.count, text[end].decimalDigit != nil { end += 1 }
            if (14...17).contains(end - start - 5) { return DeviceName(text.extracting(start + 5..<end)) }
        }
        return nil
    }

    private static func name(_ text: Span<UInt8>) -> DeviceName? {
        guard text.count >= 4 else { return nil }
        var digits = 0
        for place in text.indices {
            let byte = text[place]
            if byte.decimalDigit != nil {
                digits += 1
            } else if !byte.isLetter && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_") {
                return nil
            }
        }
        guard digits == text.count ? digits == Limits.deviceNumberDigits : digits > 0 && text[0].isLetter
        else { return nil }
        return DeviceName(text)
    }

    /// `sentence-of-code`
    private static func groupCode(_ text: Span<UInt8>) -> DeviceName? {
        var dashes = 0
        for place in text.indices where text[place] == UInt8(ascii: "-") {
            dashes += 1
            if dashes == 2 { return DeviceName(text.extracting(place + 1..<text.count)) }
        }
        return nil
    }

    private static func begins(_ text: Span<UInt8>, with word: StaticString) -> Bool {
        guard text.count >= word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { bytes in
            for place in bytes.indices where unsafe bytes[place] != text[place] { return false }
            return true
        }
    }
}
