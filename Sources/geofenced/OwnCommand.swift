import Glibc

/// How a user calls this very binary from a shell.
enum OwnCommand {
    /// `geofenced` where the shell finds this file by that name, else its path.
    static let words: String = {
        let own = "/proc/self/exe"
        for folder in (unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "").split(separator: ":")
        where isSame("\(folder)/geofenced", own) {
            return "geofenced"
        }
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(own, &bytes, bytes.count)
        guard count > 0 else { return "geofenced" }
        return quoted(String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self))
    }()

    private static func isSame(_ path: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe stat(path, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// For a shell, where it has other characters than paths mostly have.
    static func quoted(_ path: String) -> String {
        let plain = path.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "/._-+".unicodeScalars.contains($0)
        }
        guard !plain else { return path }
        return "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
