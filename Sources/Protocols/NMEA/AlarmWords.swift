import Positioning

/// The words by which trackers of the TK102 and TK103 kind raise an alarm, in the text behind a sentence's checksum or on a
/// line of its own: `*hh,F,help me,imei:…,05,264.5,F:3.79V,…`, `imei:…,low battery,…;`.
///
/// A word stands between commas, in any case, with blanks around it or exclamation marks behind. What is not known is no alarm.
/// Sources: the manuals of Xexun TK102 and Coban TK103, and what servers that speak to them have gathered.
enum AlarmWords {
    private static let known: [(word: StaticString, alarm: Report.Alarms)] = [
        ("help me", .sos), ("sos", .sos), ("accident alarm", .accident), ("ac alarm", .powerCut),
        ("sensor alarm", .tamper), ("door alarm", .tamper), ("bonnet alarm", .tamper), ("move", .tow), ("moved", .tow),
        ("low battery", .lowBattery),
    ]

    static func read(_ text: Span<UInt8>) -> Report.Alarms {
        var alarms: Report.Alarms = []
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: ",") { end += 1 }
            alarms.formUnion(alarm(in: text, start..<end))
            start = end + 1
        }
        return alarms
    }

    private static func alarm(in text: Span<UInt8>, _ field: Range<Int>) -> Report.Alarms {
        var (first, end) = (field.lowerBound, field.upperBound)
        while first < end, text[first] == UInt8(ascii: " ") { first += 1 }
        while end > first, Self.isMark(text[end - 1]) { end -= 1 }
        // Nearly all fields are numbers, or blank.
        guard first < end, text[first].isLetter else { return [] }
        for (word, alarm) in known where Self.isSame(text.extracting(first..<end), word) { return alarm }
        return []
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: ";")
    }

    /// - Parameter word: in small letters.
    private static func isSame(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for place in letters.indices {
                let byte = text[place].isLetter ? text[place] | 0x20 : text[place]
                if unsafe letters[place] != byte { return false }
            }
            return true
        }
    }
}
