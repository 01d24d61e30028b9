import Glibc
public import Platform

/// The folders above the files that the daemon writes.
public enum OutputFolders {
    /// Makes those that are missing (mode 0750).
    /// - Throws: `SystemError`
    public static func make(above files: [String]) throws(SystemError) {
        for file in files {
            let parts = file.split(separator: "/").dropLast()
            var path = file.hasPrefix("/") ? "" : "."
            for part in parts {
                path += "/\(part)"
                let folder = path
                guard unsafe access(folder, F_OK) != 0 else { continue }
                try checked("mkdir", "cannot make the folder \(folder)") { unsafe mkdir(folder, 0o750) }
            }
        }
    }
}
