internal import Positioning

/// How a daemon fares at one moment: what `/status` answers, and what metrics, `geofenced status` and systemd's status line
/// are made of. Counters count since ``startedAt``.
public struct StatusReport: Codable, Sendable, Equatable {
    public var version = Release.version
    public var pid: Int32 = 0
    /// RFC 3339, as all moments here.
    public var startedAt = ""
    public var uptimeSeconds = 0.0
    /// Why fixes are not taken and kept now; `nil` where they are.
    public var notReady: String?
    /// Whether batches have gone all the way through the pipeline, or were tried again, within ``Limits/liveInterval_s``.
    public var isLive = true
    /// What is wrong now.
    public var problems: [Problem] = []
    /// The newest problem, over or not.
    public var lastProblem: Problem?
    public var sources: [Source] = []
    /// By type; each is there.
    public var events: [String: Int] = [:]
    /// Raised, by rule; each is there.
    public var anomalies: [String: Int] = [:]
    public var lastSeq: Int64 = 0
    public var devices = 0
    public var fences = 0
    public var store = Store()
    public var queue = Queue()
    public var commits = Commits()
    public var process = Process()

    public init() {}

    /// Something that is or was wrong.
    public struct Problem: Codable, Sendable, Equatable {
        /// Of what: `store`, `events`, `fences`, `metrics`.
        public var subject: String
        public var text: String
        public var since: String
        /// `nil` while it lasts.
        public var until: String?
    }

    /// One source and the fixes that came by it.
    public struct Source: Codable, Sendable, Equatable {
        /// As the configuration has it: `udp 0.0.0.0:5005`.
        public var name = ""
        /// As the configuration has it: `nmea`.
        public var proto = ""
        /// Fixes, usable or not, that came out of the decoder.
        public var received = 0
        public var accepted = 0
        /// By reason; each is there.
        public var rejected: [String: Int] = [:]
        /// Received, over the last ``Limits/rateWindow_s``.
        public var fixesPerSecond = 0.0
        public var bytes = 0
        /// Datagrams that the kernel dropped for want of room.
        public var kernelDrops = 0
        /// Frames that gave nothing, by what was wrong with them.
        public var badFrames: [String: Int] = [:]
        public var connections = 0
        /// Connections closed at once, as there were as many as `max_connections` allows.
        public var refusedConnections = 0
        /// Connections closed for their silence.
        public var idleConnections = 0
        /// UDP senders forgotten to make room for others; their next fix begins anew.
        public var evictedSessions = 0
        /// Times that a connection was not read, as the queue was full.
        public var heldBack = 0
        /// Bytes of connections that a stop did not read.
        public var unreadBytes = 0
        /// Fixes that the pipeline did not take, for it had ended.
        public var undelivered = 0
        /// Failures to open, accept or read.
        public var errors = 0
    }

    /// The store's files, in bytes.
    public struct Store: Codable, Sendable, Equatable {
        public var path = ""
        public var bytes = 0
        /// What SQLite has not yet written back into it.
        public var logBytes = 0
        public var eventFileBytes = 0
    }

    /// What waits between the sources and the core.
    public struct Queue: Codable, Sendable, Equatable {
        public var fixes = 0
        public var capacity = 0
    }

    /// How long commits took.
    public struct Commits: Codable, Sendable, Equatable {
        public var count = 0
        /// `nil` where there was none, or it took over a minute.
        public var halfWithinSeconds: Double?
        /// Of 99 in 100.
        public var mostWithinSeconds: Double?
    }

    /// What the process takes.
    public struct Process: Codable, Sendable, Equatable {
        public var cpuSeconds = 0.0
        public var residentBytes = 0
        public var openDescriptors = 0
    }
}
