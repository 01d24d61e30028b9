public import Positioning

extension Limits {
    /// Seconds that a writer waits for a reader's lock before a commit fails and is tried again.
    public static let storeBusy_s = 5.0
    /// Bytes read from the end of the event file to find its last whole line; a line is some 300 bytes.
    public static let eventFileTail = 64 * 1024
    /// Events that are read from the store at once when the event file catches up.
    public static let catchUpEvents = 10_000
    /// Fixes of a track that are read at once, some 150 bytes each: the read ends before they are handed on.
    public static let trackPage = 8192
}
