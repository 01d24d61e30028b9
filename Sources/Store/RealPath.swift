import Glibc

/// The one path of a store that links may give several names: what stands beside it, stands beside that, as SQLite's own files do.
enum RealPath {
    static func of(_ store: String) -> String {
        if let real = resolved(store) { return real }
        // It is yet to be made.
        guard let cut = store.lastIndex(of: "/") else { return resolved(".").map { "\($0)/\(store)" } ?? store }
        return resolved(String(store[...cut])).map { $0 + store[cut...] } ?? store
    }

    /// `nil` where there is nothing.
    private static func resolved(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
