internal import Anomalies
internal import Geometry
import Glibc
public import Logging
internal import Positioning
public import ServiceLifecycle
import Synchronization
public import UnixSignals

import class Foundation.FileManager

/// Brings changed fences into force: when the folder has changed, and on SIGHUP. All or nothing: a folder with an error leaves
/// the running fences in force, and what is wrong is told once.
public final class FenceWatcher: Service {
    private let folder: String
    /// They may name fences.
    private let rules: Rules
    private let pipeline: Pipeline
    private let log: Logger
    private let manager: ServiceManager?
    private let state: Mutex<State>
    private let hangups: UnixSignalsSequence?

    private struct State {
        /// What was last read, right or wrong; `nil` before the first look, since the folder may have changed while the daemon
        /// started.
        var seen: [String: FileMark]?
        /// What the last look saw, where that was new: it is read when the next look sees the same. Somebody may be copying.
        var unsettled: [String: FileMark]?
        var inForce: FenceCatalogue
    }

    /// Tells whether a file was written since.
    private struct FileMark: Equatable {
        var size = -1
        var number: UInt = 0
        var modified: [Int] = []
        /// And its permissions.
        var changed: [Int] = []

        /// - Parameter path: of a link, what it leads to is looked at.
        init(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return }
            size = Int(status.st_size)
            number = UInt(status.st_ino)
            modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
            changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }
    }

    /// - Parameters:
    ///   - setup: as the daemon was started with.
    ///   - hangups: SIGHUP as it is trapped already; `nil` traps it from ``run()`` on.
    ///   - manager: is told when a reload that was asked for begins and ends.
    public init(
        _ setup: Setup, pipeline: Pipeline, log: Logger, hangups: UnixSignalsSequence? = nil,
        manager: ServiceManager? = nil
    ) {
        self.manager = manager
        self.hangups = hangups
        folder = setup.configuration.fences
        rules = setup.configuration.anomalies
        self.pipeline = pipeline
        self.log = log
        state = Mutex(State(inForce: setup.catalogue))
    }

    /// Looks every ``Limits/fenceLook_s`` and at each SIGHUP, until a graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.watch() }
                group.addTask { await self.listen() }
            }
        }
    }

    private func watch() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(Limits.fenceLook_s))
            lookAgain()
        }
    }

    private func listen() async {
        var hangups = hangups
        if hangups == nil { hangups = await UnixSignalsSequence(trapping: .sighup) }
        guard let hangups else { return }
        for await _ in hangups {
            manager?.tell(.reloading)
            lookAgain(evenIfUnchanged: true)
            manager?.tell(.ready)
        }
    }

    /// Reads the folder again, if a file in it has changed.
    public func lookAgain(evenIfUnchanged: Bool = false) {
        state.withLock { state in
            let marks = Self.marks(of: folder)
            guard evenIfUnchanged || marks != state.seen else { return }
            guard evenIfUnchanged || marks == state.unsettled else {
                state.unsettled = marks
                return
            }
            let isFirst = state.seen == nil
            state.unsettled = nil
            state.seen = marks
            do throws(ConfigurationErrors) {
                let catalogue = try FenceFolder.load(folder, unchangedFrom: state.inForce)
                for warning in catalogue.warnings { log.warning("\(warning)") }
                guard !catalogue.fences.isEmpty || state.inForce.fences.isEmpty else {
                    throw ConfigurationErrors(lines: [
                        "\(folder): holds no fence any more: put one back, or restart the daemon if that is meant"
                    ])
                }
                let problems = rules.problems(among: catalogue)
                guard problems.isEmpty else { throw ConfigurationErrors(lines: problems.map { "\(folder): \($0)" }) }
                pipeline.clear("fences")
                guard catalogue != state.inForce else {
                    if evenIfUnchanged || !isFirst {
                        log.info("the fences have not changed", metadata: ["fences": "\(catalogue.fences.count)"])
                    }
                    return
                }
                state.inForce = catalogue
                pipeline.adopt(catalogue)
                log.notice("new fences are in force", metadata: ["fences": "\(catalogue.fences.count)"])
            } catch {
                for line in error.lines { log.error("\(line)") }
                pipeline.raise(
                    "fences", "the fences stay as they were: \(error.lines.first ?? "their folder cannot be read")")
                log.error(
                    "the fences stay as they were until that is mended",
                    metadata: ["fences": "\(state.inForce.fences.count)"])
            }
        }
    }

    private static func marks(of folder: String) -> [String: FileMark] {
        var marks: [String: FileMark] = [:]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(".geojson") {
            marks[name] = FileMark("\(folder)/\(name)")
        }
        return marks
    }
}
