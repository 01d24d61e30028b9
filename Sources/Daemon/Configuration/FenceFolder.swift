public import Geometry
import Glibc
internal import Platform

import class Foundation.FileManager

/// All processors at once, as long as it takes.
private struct AllProcessors: Workers {
    func map<Piece: Sendable, Result: Sendable>(
        _ pieces: [Piece], _ work: @escaping @Sendable (Piece) -> Result
    ) -> [Result] { SideBySide.map(pieces, name: "fences", work) }
}

/// A folder of GeoJSON files.
public enum FenceFolder {
    /// Reads every `*.geojson` in it.
    /// - Parameter known: what was read before: it is the answer where all files are as they were.
    /// - Throws: ``ConfigurationErrors`` with all that is wrong in any of them.
    public static func load(
        _ folder: String, unchangedFrom known: FenceCatalogue = FenceCatalogue()
    ) throws(ConfigurationErrors) -> FenceCatalogue {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".geojson") }
                .sorted()
        } catch {
            throw ConfigurationErrors(lines: ["\(folder): the folder of fences cannot be read: \(problem(of: folder))"])
        }
        let old = Dictionary(known.files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var outcomes = SideBySide.map(names, name: "fences") { read($0, in: folder, orSameAs: old[$0]) }
        let same = outcomes.indices.filter { outcomes[$0].isSame }
        if same.count == names.count && names.count == known.files.count { return known }
        let others = SideBySide.map(same.compactMap { old[names[$0]] }, name: "fences", check)
        for (place, outcome) in zip(same, others) { outcomes[place] = outcome }
        return try catalogue(outcomes)
    }

    private enum Outcome {
        case same
        case read(FenceReading)
        case unreadable(ConfigurationErrors)
        case refused(FenceErrors)

        var isSame: Bool { if case .same = self { true } else { false } }
    }

    private static func read(_ name: String, in folder: String, orSameAs old: FenceFile?) -> Outcome {
        do throws(ConfigurationErrors) {
            let path = "\(folder)/\(name)"
            // To open a FIFO is to wait for whoever writes to it; a device may never end.
            guard InputFile.isFileOrMissing(path) else {
                throw ConfigurationErrors(lines: [
                    "\(path): the fence file is a FIFO or a device: put a plain file there"
                ])
            }
            let file = FenceFile(name: name, bytes: try InputFile.bytes(path, named: "the fence file"))
            return file == old ? .same : check(file)
        } catch { return .unreadable(error) }
    }

    private static func check(_ file: FenceFile) -> Outcome {
        do throws(FenceErrors) { return .read(try FenceReading(file)) } catch { return .refused(error) }
    }

    private static func catalogue(_ outcomes: [Outcome]) throws(ConfigurationErrors) -> FenceCatalogue {
        var readings: [FenceReading] = []
        var lines: [String] = []
        var refusal: FenceErrors?
        for outcome in outcomes {
            switch outcome {
            case .read(let reading): readings.append(reading)
            case .unreadable(let error): lines += error.lines
            case .refused(let error): refusal = refusal ?? error
            case .same: break
            }
        }
        var catalogue = FenceCatalogue()
        do throws(FenceErrors) {
            if let refusal { throw refusal }
            catalogue = try FenceCatalogue(readings, by: AllProcessors())
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
