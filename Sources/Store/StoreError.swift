/// What can go wrong with a store or an event file, each with a sentence that says how to mend it.
public enum StoreError: Error, CustomStringConvertible {
    case missing(path: String)
    case cannotOpen(path: String, why: String)
    case newer(path: String, version: Int, known: Int)
    case notAStore(path: String)
    case inUse(path: String)
    case snapshot(device: String, why: String)
    case eventFileAhead(path: String, fileSeq: Int64, storeSeq: Int64)
    case eventFileForeign(path: String, line: String)

    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): there is no store here; give the file that the configuration names under `store`"
        case .cannotOpen(let path, let why):
            "\(path): cannot be opened as a store (\(why)); see that its folder exists and is writable for this user"
        case .newer(let path, let version, let known):
            "\(path): the store has schema version \(version), this geofenced knows up to \(known); use the newer geofenced that wrote it"
        case .notAStore(let path):
            "\(path): is an SQLite file, but not a store of geofenced; name another file under `store`"
        case .inUse(let path):
            "\(path): another geofenced is writing to this store; stop it first, or give this one a store of its own"
        case .snapshot(let device, let why):
            "the state of device \"\(device)\" cannot be read back: \(why)"
        case .eventFileAhead(let path, let fileSeq, let storeSeq):
            "\(path): holds events up to seq \(fileSeq), the store only up to \(storeSeq): they do not belong together; move one of them away"
        case .eventFileForeign(let path, let line):
            "\(path): its last line is no event of geofenced (\(line)); name another file under `events`, or move this one away"
        }
    }
}
