/// What to say of a word that is none of those expected.
public enum Spelling {
    /// `did you mean `x`?` where one is close, else the whole list.
    public static func advice(for word: String, among known: [String]) -> String {
        let close = known.map { (distance(word.lowercased(), $0.lowercased()), $0) }.min { $0.0 < $1.0 }
        if let close, close.0 <= (min(close.1.count, word.count) + 1) / 3 { return "did you mean `\(close.1)`?" }
        return "use one of \(known.map { "`\($0)`" }.joined(separator: ", "))"
    }

    /// Insertions, deletions and replacements between two words (Levenshtein); words over 64 bytes are as far as can be.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8)
        let b = Array(b.utf8)
        guard a.count <= 64, b.count <= 64 else { return .max }
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
