public import Platform

/// Why a file could not be read to its end. What was good before was given.
public enum InputError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing(path: String)
    case notPermitted(path: String)
    case isFolder(path: String)
    /// The gzip stream ends in its middle.
    /// - Parameter byte: the file's length.
    case truncated(path: String, byte: Int)
    /// The gzip stream is damaged.
    /// - Parameter byte: of the file, packed, where that was noticed.
    case corrupt(path: String, byte: Int, reason: String)
    case system(SystemError)

    /// What kind of failure it is, for the exit code.
    public enum Category: Equatable, Sendable {
        /// There is no such input that may be read (sysexits: 66).
        case noInput
        /// The input is there and wrong (65).
        case data
        /// The machine failed (74).
        case io
    }

    public var category: Category {
        switch self {
        case .missing, .notPermitted, .isFolder: .noInput
        case .truncated, .corrupt: .data
        case .system: .io
        }
    }

    public var description: String {
        switch self {
        case .missing(let path): "\(path): no such file; check its name"
        case .notPermitted(let path): "\(path): not permitted to read it; see `ls -l`"
        case .isFolder(let path): "\(path): a folder; name the files in it"
        case .truncated(let path, let byte):
            "\(path): the gzip data is cut short at byte \(byte); what came before was read, copy the file again"
        case .corrupt(let path, let byte, let reason):
            "\(path): the gzip data is damaged near byte \(byte) (\(reason)); what came before was read"
        case .system(let error): error.description
        }
    }
}
