internal import GRDB

/// What can go wrong with a store or an event file, each with a sentence that says how to mend it.
public enum StoreError: Error, CustomStringConvertible {
    case missing(path: String)
    case notPermitted(path: String)
    /// SQLite needs files beside it that nobody who may make them has made.
    case asleep(path: String)
    case cannotOpen(path: String, why: String)
    case newer(path: String, version: Int, known: Int)
    case older(path: String, version: Int, known: Int)
    case notAStore(path: String)
    case inUse(path: String)
    /// SQLite has found that what it wrote is not what it reads.
    case damaged(path: String, why: String)
    /// That was found before, and the store is still the same.
    case marked(path: String, mark: String)
    case snapshot(device: String, why: String)
    /// What is remembered of several devices together.
    case fleet(why: String)
    case eventFileAhead(path: String, fileSeq: Int64, storeSeq: Int64)
    /// Who asks for events after one that the store never had has read another store, or this one before a backup was put back.
    case readerAhead(path: String, since: Int64, storeSeq: Int64)
    case eventFileForeign(path: String, line: String)
    case eventFileInUse(path: String)
    case eventFileNoFile(path: String)

    /// What SQLite's failure to open a store means.
    static func opening(_ path: String, _ error: any Error) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB: .notAStore(path: path)
        case let error as DatabaseError where error.resultCode == .SQLITE_PERM: .notPermitted(path: path)
        default: damage(error, in: path) ?? .cannotOpen(path: path, why: "\(error)")
        }
    }

    /// What an error says of the store's file, where no retry mends it; `nil` for any other error.
    public static func damage(_ error: any Error, in path: String) -> StoreError? {
        let code = (error as? CommitError)?.code ?? (error as? DatabaseError)?.resultCode
        return code == .SQLITE_CORRUPT || code == .SQLITE_NOTADB ? .damaged(path: path, why: "\(error)") : nil
    }

    /// It is for the reader to mend, and nothing to wait for.
    public var isOfTheReader: Bool { if case .readerAhead = self { true } else { false } }

    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): there is no store here; give the file that the configuration names under `store`"
        case .notPermitted(let path):
            "\(path): this user may not read the store; let it be in the group of the user that the daemon runs as (`ls -l`, `usermod -aG`)"
        case .asleep(let path):
            "\(path): no daemon has this store open, and this user may not make the files beside it that reading takes; read it while the daemon runs, or as the daemon's user"
        case .cannotOpen(let path, let why):
            "\(path): cannot be opened as a store (\(why)); see that its folder exists and is writable for this user"
        case .newer(let path, let version, let known):
            "\(path): the store has schema version \(version), this geofenced knows up to \(known); use the newer geofenced that wrote it"
        case .older(let path, let version, let known):
            "\(path): the store has schema version \(version), this geofenced works with \(known); start the daemon of this version once, which brings it up"
        case .notAStore(let path):
            "\(path): is a file, but not a store of geofenced; name the one that the configuration has under `store`, or move this one away"
        case .inUse(let path):
            "\(path): another geofenced is writing to this store; stop it first, or give this one a store of its own"
        case .damaged(let path, let why):
            "\(path): the store is damaged (\(why)); see what by `geofenced verify --store \(path)`, put a backup in its place, and have the disk checked"
        case .marked(let path, let mark):
            "\(path): the store was found damaged, nothing is written to it; put a backup in its place, then remove \(mark) (`geofenced verify --store \(path)` says what is wrong)"
        case .snapshot(let device, let why):
            "the state of device \"\(device)\" cannot be read back: \(why)"
        case .fleet(let why):
            "what is remembered of several devices together cannot be read back: \(why)"
        case .eventFileAhead(let path, let fileSeq, let storeSeq):
            "\(path): holds events up to seq \(fileSeq), the store only up to \(storeSeq): they do not belong together; move one of them away"
        case .readerAhead(let path, let since, let storeSeq):
            "\(path): has events up to seq \(storeSeq), none after \(since): a backup was put back, or it is another store; read on from where both agree, as --since \(storeSeq)"
        case .eventFileForeign(let path, let line):
            "\(path): its last line is no event of geofenced (\(line)); name another file under `events`, or move this one away"
        case .eventFileInUse(let path):
            "\(path): another geofenced is writing to this event file; stop it first, or give each daemon its own under `events`"
        case .eventFileNoFile(let path):
            "\(path): is a FIFO, a terminal or a folder, and events need a file that can be gone on with after a crash; name one under `events`, and pipe events by `geofenced events --store STORE --follow`"
        }
    }
}
