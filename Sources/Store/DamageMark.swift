import Glibc
public import Platform

/// A file beside a store in which SQLite has found damage. While it is there, no daemon writes to that store: a supervisor
/// that starts one again and again would have it take and acknowledge fixes that are lost with the store.
public enum DamageMark {
    static func path(besides store: String) -> String { RealPath.of(store) + "-damaged" }

    /// - Throws: ``StoreError/marked(path:mark:)``
    static func check(besides store: String) throws(StoreError) {
        let mark = path(besides: store)
        if unsafe access(mark, F_OK) == 0 { throw .marked(path: store, mark: mark) }
    }

    /// - Throws: where the folder cannot be written: then the next start finds the damage for itself.
    public static func leave(besides store: String) throws(SystemError) {
        _ = try Descriptor.open(path(besides: store), flags: O_WRONLY | O_CREAT, mode: 0o640)
    }
}
