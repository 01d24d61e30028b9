public import Geometry
import Glibc
internal import Platform

import class Foundation.FileManager

/// A folder of GeoJSON files.
public enum FenceFolder {
    /// Reads every `*.geojson` in it.
    /// - Throws: ``ConfigurationErrors`` with all that is wrong in any of them.
    public static func load(_ folder: String) throws(ConfigurationErrors) -> FenceCatalogue {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".geojson") }
                .sorted()
        } catch {
            throw ConfigurationErrors(lines: ["\(folder): the folder of fences cannot be read: \(problem(of: folder))"])
        }
        var files: [FenceFile] = []
        var lines: [String] = []
        for name in names {
            do throws(ConfigurationErrors) {
                files.append(
                    FenceFile(name: name, bytes: try InputFile.bytes("\(folder)/\(name)", named: "the fence file")))
            } catch { lines += error.lines }
        }
        var catalogue = FenceCatalogue()
        do throws(FenceErrors) {
            catalogue = try FenceCatalogue.load(files)
        } catch { lines += error.issues.map(\.description) }
        guard lines.isEmpty else { throw ConfigurationErrors(lines: lines) }
        return catalogue
    }
    /// Why it cannot be listed, and how to mend that.
    private static func problem(of folder: String) -> String {
        guard let handle = unsafe opendir(folder) else {
            let code = errno
            return switch code {
            case EACCES, EPERM: "not permitted; let this user read it and go into it (`chmod o+rx`, or its group)"
            case ENOTDIR: "it is a file; name the folder that the file is in"
            case ENOENT: "it is not there; make it, and put at least one *.geojson file into it"
            default: SystemError(call: "opendir", errno: code, what: "the machine says").description
            }
        }
        unsafe closedir(handle)
        return "see that it is on a disk that works"
    }
}
