/// Columns of text, as wide as they need to be; a wide (CJK) character counts as two.
struct Table {
    private var rows: [[String]]

    init(_ head: [String]) { rows = [head] }

    mutating func add(_ row: [String]) { rows.append(row) }

    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.terminalWidth)
            }
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell.padded(to: widths[column])
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

extension String {
    /// Columns that it takes on a terminal.
    var terminalWidth: Int {
        unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x20000...0x3FFFD:
                width + 2
            default: width + (scalar.properties.generalCategory == .nonspacingMark ? 0 : 1)
            }
        }
    }

    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - terminalWidth)) }

    /// As much of its begin as that many columns hold.
    func cut(to columns: Int) -> String {
        guard terminalWidth > columns else { return self }
        var (kept, left) = ("", columns)
        for character in self {
            left -= String(character).terminalWidth
            if left < 0 { break }
            kept.append(character)
        }
        return kept
    }
}
