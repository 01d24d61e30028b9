import Glibc

/// What the terminal can do, and what its user wants of it.
struct Style {
    /// Lines may be erased and drawn anew.
    let canRedraw: Bool
    /// Colours are wanted (https://no-color.org: any value but an empty one says no).
    let hasColour: Bool

    static let ofThisTerminal = Style(
        term: unsafe getenv("TERM").map { unsafe String(cString: $0) },
        noColour: unsafe getenv("NO_COLOR").map { unsafe String(cString: $0) })

    init(term: String?, noColour: String?) {
        canRedraw = term != "dumb"
        hasColour = canRedraw && (noColour ?? "").isEmpty
    }

    enum Colour: Int {
        case dim = 2
        case red = 31
        case green, yellow, blue
        case cyan = 36
    }

    func paint(_ text: String, _ colour: Colour) -> String {
        hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Columns of the terminal that standard output is; 80 where it does not say.
    static var columns: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
