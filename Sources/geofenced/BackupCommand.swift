import ArgumentParser
import Store

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Makes a consistent copy of a store, while a daemon writes it or not.",
        discussion: "Example: geofenced backup /mnt/backup/2026-03-02.sqlite3 --store geofenced.sqlite3")

    @Argument(help: "The copy; must not be there yet.")
    var file: String

    @Option(help: "The store.")
    var store: String

    /// Bytes of a page of SQLite, unless somebody has set another.
    private static let pageBytes = 4096

    func run() throws {
        try reporting {
            var bar = ProgressBar(file)
            defer { bar.clear() }
            try Backup.make(of: store, to: file) { done, total in
                bar.show(bytes: done * Self.pageBytes, of: total * Self.pageBytes)
            }
        }
    }
}
