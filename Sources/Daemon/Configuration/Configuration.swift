public import Anomalies
internal import Engine
public import Ingest
public import Platform
public import Positioning
public import Protocols
public import Store

/// All that an operator can set, with the defaults that serve: a value, parsed and checked whole before anything is opened.
public struct Configuration: Sendable, Equatable {
    public var store = "/var/lib/geofenced/geofenced.sqlite3"
    public var events = "/var/log/geofenced/events.ndjson"
    /// A folder of `*.geojson`.
    public var fences = "/etc/geofenced/fences"
    /// The registry; `nil`: none.
    public var devices: String?
    public var unknownDevices = UnknownDevices.accept
    public var durability = Durability.process
    public var batching = Batching.throughput
    /// Hours by which a fix may be late, in ``Limits/lateRange_h``.
    public var lateHours = Int(Limits.lateHorizon_s / 3600)
    /// Where metrics, status and health are served; `nil`: nowhere.
    public var metrics = Endpoint("127.0.0.1:9464")
    public var keep = Keep()
    /// The rules about each device's stream.
    public var anomalies = Rules()
    /// Devices that are decided about at once, ``Limits/deviceRange``; reports of further ones are rejected.
    public var maxDevices = Limits.devices
    /// TCP connections at once, of all sources together, ``Limits/connectionRange``; further ones are closed.
    public var maxConnections = Limits.tcpConnections
    public var sources: [Source] = Endpoint("0.0.0.0:5005").map { [Source(kind: .udp($0))] } ?? []

    /// All defaults.
    public init() {}

    /// The same in seconds.
    public var lateHorizon_s: Double { Double(lateHours) * 3600 }

    /// What is allowed but seldom meant, a sentence each.
    public var warnings: [String] {
        guard let metrics, !metrics.isLoopback else { return [] }
        return [
            "`metrics: \(metrics)` tells everyone who reaches it how much is going on here, without a password: keep it behind a firewall, or use 127.0.0.1"
        ]
    }

    /// How long the store keeps what it holds, in days; 0 is for ever.
    public struct Keep: Sendable, Equatable {
        /// At least ``Configuration/leastDays``.
        public var fixes_days = 60
        /// At least ``fixes_days``: an event is explained by its fixes, and not told again while they are there.
        public var events_days = 400

        public init() {}
    }

    /// What late fixes and the checkpoint before them need of ``keep``, in whole days.
    public var leastDays: Int {
        Int(((lateHorizon_s + Limits.checkpointEvery_s) / Limits.secondsPerDay).rounded(.up))
    }

    /// What is done with a device that the registry does not name.
    public enum UnknownDevices: String, CaseIterable, Sendable {
        /// It is treated as any other.
        case accept
        /// Its positions decide nothing and are not kept; that it was heard is counted in the store, so that it can be entered.
        case quarantine
        /// It is counted and otherwise ignored.
        case reject
    }

    /// When what has come is committed.
    public enum Batching: String, CaseIterable, Sendable {
        /// Each ``Limits/batchInterval_s``: one commit for many fixes.
        case throughput
        /// As soon as the commit before is done: more commits, and less time from a fix to its event.
        case latency
    }

    /// A place where bytes come from.
    public struct Source: Sendable, Equatable {
        public var kind: Kind
        public var proto = TrackerProtocol.nmea
        /// The datum that its trackers report in; a device's own, from the registry, comes first.
        public var datum = Datum.wgs84
        /// The device, where the stream names none.
        public var device: String?

        public init(kind: Kind, device: String? = nil) {
            self.kind = kind
            self.device = device
        }

        /// Of what kind, and where.
        public enum Kind: Sendable, Equatable {
            case udp(Endpoint)
            case tcp(Endpoint)
            case serial(path: String, baud: BaudSetting)
        }

        /// As in logs and messages: `udp 0.0.0.0:5005`.
        public var name: String {
            switch kind {
            case .udp(let address): "udp \(address)"
            case .tcp(let address): "tcp \(address)"
            case .serial(let path, _): "serial \(path)"
            }
        }
    }
}
