import Glibc
internal import Fencing
public import Geometry
internal import Anomalies
internal import Platform
internal import Positioning

import class Foundation.FileManager
import struct Foundation.ObjCBool
import struct Foundation.URL

/// All that a daemon reads before it opens anything: configuration, registry and fences, checked together.
public struct Setup: Sendable {
    public var configuration: Configuration
    public var registry: Registry
    public var catalogue: FenceCatalogue

    /// What is allowed but seldom meant, a sentence each.
    public var warnings: [String] { configuration.warnings + catalogue.warnings.map { "\($0)" } }

    /// From parts at hand, as the demo does.
    public init(configuration: Configuration, registry: Registry = Registry(), catalogue: FenceCatalogue) {
        self.configuration = configuration
        self.registry = registry
        self.catalogue = catalogue
    }

    /// Reads a configuration file and all that it names.
    /// - Throws: ``ConfigurationErrors`` with all that is wrong in any of them.
    public init(configurationFile path: String) throws(ConfigurationErrors) {
        configuration = try Configuration(file: path)
        var lines: [String] = []
        registry = Registry()
        catalogue = FenceCatalogue()
        do throws(ConfigurationErrors) {
            if let devices = configuration.devices {
                registry = try Registry(yaml: try InputFile.text(devices, named: "the registry"), file: devices)
                let (registered, limit) = (registry.devices.count, configuration.maxDevices)
                if registered > limit {
                    lines.append(
                        "\(path): `max_devices: \(limit)` is less than the \(registered) devices of \(devices): raise it"
                    )
                }
            }
        } catch { lines += error.lines }
        do throws(ConfigurationErrors) {
            catalogue = try FenceFolder.load(configuration.fences)
            lines += configuration.anomalies.problems(among: catalogue).map { "\(path): \($0)" }
        } catch { lines += error.lines }
        for (key, file) in [("store", configuration.store), ("events", configuration.events)] {
            if let problem = InputFile.problemOfWriting(file) {
                lines.append("\(path): `\(key): \(file)` cannot be written: \(problem)")
            }
        }
        guard lines.isEmpty else { throw ConfigurationErrors(lines: lines) }
    }
}

extension Rules {
    /// The fences that they name and that are none: a rule about a fence that is not there would accuse whoever is not in it.
    func problems(among catalogue: FenceCatalogue) -> [String] {
        let named = namedFences
        let known = named.isEmpty ? [] : catalogue.fences.map(\.id)
        return named.filter { !known.contains($0.fence) }.map { rule, fence in
            "`anomalies: \(rule.rawValue)` names the fence `\(fence)`, which is none: "
                + Spelling.advice(for: fence, among: known)
        }
    }
}

/// Whole files that are read at start.
enum InputFile {
    static func bytes(_ path: String, named what: String) throws(ConfigurationErrors) -> [UInt8] {
        do {
            var status = stat()
            let file = try Descriptor.open(path, flags: O_RDONLY)
            try checked("fstat", "cannot look at \(path)") { unsafe fstat(file.number, &status) }
            guard status.st_size <= Limits.fileBytes else {
                throw ConfigurationErrors(lines: [
                    "\(path): \(what) has \(status.st_size) bytes: at most \(Limits.fileBytes) are read; split it"
                ])
            }
            return try file.readToEnd(expected: status.st_size, what: "cannot read \(path)")
        } catch let error as ConfigurationErrors {
            throw error
        } catch {
            throw ConfigurationErrors(lines: [
                "\(path): \(what) cannot be read: see that the file exists and that this user may read it"
            ])
        }
    }

    static func text(_ path: String, named what: String) throws(ConfigurationErrors) -> String {
        guard let text = String(validating: try bytes(path, named: what), as: UTF8.self) else {
            throw ConfigurationErrors(lines: ["\(path): \(what) is not UTF-8: save it as UTF-8"])
        }
        return text
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether it can be opened without waiting, and has an end; a folder too says for itself that it can't be read.
    static func isFileOrMissing(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) != 0 || [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    /// - Returns: why this file could not be made or written, `nil` where it could; the folders above it may still be missing.
    static func problemOfWriting(_ path: String) -> String? {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if unsafe files.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue { return "it is a folder; name a file in it" }
            guard isFile(path) else {
                return "it is a FIFO or a device, with which nothing can go on after a crash; name a file, "
                    + "and pipe events by `geofenced events --store STORE --follow`"
            }
            return files.isWritableFile(atPath: path) ? nil : "this user may not write it; run as the user that owns it"
        }
        var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        while unsafe !files.fileExists(atPath: folder.path, isDirectory: &isFolder), folder.path != "/" {
            folder = folder.deletingLastPathComponent()
        }
        if !isFolder.boolValue { return "\(folder.path) is no folder; name a path below one" }
        return files.isWritableFile(atPath: folder.path)
            ? nil : "this user may not make files in \(folder.path); give that folder to this user or name another"
    }
}
