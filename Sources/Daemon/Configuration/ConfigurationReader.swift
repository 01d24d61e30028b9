internal import Anomalies
internal import Positioning
internal import Ingest
internal import Platform
internal import Protocols
internal import Store
internal import Yams

import class Foundation.FileManager
import class Foundation.NSString
import struct Foundation.URL

extension Configuration {
    /// Reads a configuration file's text.
    /// - Parameters:
    ///   - text: YAML 1.1; an empty text is all defaults.
    ///   - file: its path: for messages, and where relative paths in it begin.
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
    public init(yaml text: String, file: String) throws(ConfigurationErrors) {
        self.init()
        var reader = YAMLReader(file: file)
        if let root = reader.root(of: text) { read(root, &reader) }
        guard reader.issues.isEmpty else { throw ConfigurationErrors(lines: reader.issues.map(\.description)) }
    }

    /// Reads a configuration file, and nothing that it names.
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
    public init(file: String) throws(ConfigurationErrors) {
        try self.init(yaml: try InputFile.text(file, named: "the configuration"), file: file)
    }

    /// All that a configuration may say.
    public static let keys = [
        "store", "events", "fences", "devices", "unknown_devices", "durability", "batch", "late_hours", "keep",
        "max_devices", "max_connections", "metrics", "anomalies", "sources",
    ]

    private mutating func read(_ root: Node, _ reader: inout YAMLReader) {
        let entries = reader.entries(of: root, "the configuration", known: Self.keys)
        let folder = (reader.file as NSString).deletingLastPathComponent
        func path(_ key: String) -> String? {
            reader.text(entries[key], key).map {
                URL(fileURLWithPath: $0, relativeTo: URL(fileURLWithPath: folder, isDirectory: true)).path
            }
        }
        if let value = path("store") { store = value }
        if let value = path("events") { events = value }
        if let value = path("fences") { fences = value }
        if let value = path("devices") { devices = value }
        if let value: UnknownDevices = reader.choice(entries["unknown_devices"], "unknown_devices") {
            unknownDevices = value
        }
        if unknownDevices != .accept, entries["devices"] == nil {
            reader.report(
                entries["unknown_devices"],
                "`unknown_devices: \(unknownDevices.rawValue)` without a registry would turn every device away",
                "name the registry's file under `devices`, or write `accept`")
        }
        if let value: Durability = reader.choice(entries["durability"], "durability") { durability = value }
        if let value: Batching = reader.choice(entries["batch"], "batch") { batching = value }
        if let value = reader.number(entries["late_hours"], "late_hours", in: Limits.lateRange_h) { lateHours = value }
        if let node = entries["keep"] { keep = Keep(node, leastDays: leastDays, &reader) }
        if let value = reader.number(entries["max_devices"], "max_devices", in: Limits.deviceRange) {
            maxDevices = value
        }
        if let value = reader.number(entries["max_connections"], "max_connections", in: Limits.connectionRange) {
            maxConnections = value
        }
        if let node = entries["anomalies"] { anomalies = Rules(node, &reader) }
        if let node = entries["sources"] { readSources(node, &reader) }
        if let node = entries["metrics"] { readMetrics(node, &reader) }
        if let metrics, sources.contains(where: { $0.kind == .tcp(metrics) }) {
            reader.report(
                entries["metrics"] ?? entries["sources"], "`metrics: \(metrics)` is also a source",
                "give each a port of its own")
        }
        if ["", "-wal", "-shm", ".lock"].contains(where: { store + $0 == events }) {
            reader.report(
                entries["events"], "`events` is the same file as `store`, or one that belongs to it",
                "give each a file of its own")
        }
    }

    private mutating func readMetrics(_ node: Node, _ reader: inout YAMLReader) {
        guard let word = reader.text(node, "metrics") else { return }
        if word == "none" {
            metrics = nil
        } else if let endpoint = Endpoint(word), endpoint.port > 0 {
            metrics = endpoint
        } else {
            reader.report(
                node, "`metrics: \(word)` is no address with a port (1…65535)",
                "write it as `metrics: 127.0.0.1:9464`, or `none` to serve none")
        }
    }

    private mutating func readSources(_ node: Node, _ reader: inout YAMLReader) {
        let items = reader.list(node, "`sources`")
        if items.isEmpty, node.sequence != nil {
            reader.report(node, "`sources` is empty", "give at least one, as `- udp: 0.0.0.0:5005`")
        }
        sources = []
        for item in items {
            guard let source = Self.readSource(item, &reader) else { continue }
            if sources.contains(where: { $0.name == source.name }) {
                reader.report(item, "the source `\(source.name)` is there twice", "leave one of them out")
            }
            sources.append(source)
        }
    }

    private static func readSource(_ item: Node, _ reader: inout YAMLReader) -> Source? {
        let kinds = ["udp", "tcp", "serial"]
        let entries = reader.entries(of: item, "a source", known: kinds + ["protocol", "device", "datum", "baud"])
        let named = kinds.filter { entries[$0] != nil }
        guard named.count == 1, let kind = named.first, let node = entries[kind] else {
            if !entries.isEmpty || item.mapping?.isEmpty == true {
                reader.report(
                    item,
                    "a source names \(named.isEmpty ? "no kind" : named.map { "`\($0)`" }.joined(separator: " and "))",
                    "begin it with one of `udp:`, `tcp:`, `serial:`")
            }
            return nil
        }
        guard let value = reader.text(node, kind) else { return nil }
        let baud = readBaud(entries["baud"], kind, &reader)
        let deviceName = reader.text(entries["device"], "device")
        let datum: Datum? = reader.choice(entries["datum"], "datum")
        let proto: TrackerProtocol? = reader.choice(entries["protocol"], "protocol")
        guard let place = readPlace(kind, value, baud: baud, node, &reader) else { return nil }
        var source = Source(kind: place, device: deviceName)
        if let proto { source.proto = proto }
        if let datum { source.datum = datum }
        return source
    }

    private static func readPlace(
        _ kind: String, _ value: String, baud: BaudSetting?, _ node: Node, _ reader: inout YAMLReader
    ) -> Source.Kind? {
        if kind == "serial" {
            guard value.hasPrefix("/") else {
                reader.report(
                    node, "`serial: \(value)` is no path of a device",
                    "write a whole path, as /dev/ttyUSB0 or /dev/serial/by-id/…")
                return nil
            }
            return .serial(path: value, baud: baud ?? .auto)
        }
        guard let address = Endpoint(value), address.port > 0 else {
            reader.report(
                node, "`\(kind): \(value)` is no address with a port (1…65535)",
                "write it as `\(kind): 0.0.0.0:5005`, or `\(kind): \"[::]:5005\"` for IPv6")
            return nil
        }
        return kind == "udp" ? .udp(address) : .tcp(address)
    }

    private static func readBaud(_ node: Node?, _ kind: String, _ reader: inout YAMLReader) -> BaudSetting? {
        guard let node, let word = reader.text(node, "baud") else { return nil }
        guard kind == "serial" else {
            reader.report(node, "`baud` belongs to a serial source, not to `\(kind)`", "leave it out")
            return nil
        }
        if word == "auto" { return .auto }
        guard let rate = Int(word).flatMap(BaudRate.init(rawValue:)) else {
            reader.report(
                node, "`baud: \(word)` is no rate of a serial receiver",
                "write `auto`, or one of \(BaudRate.allCases.map { String($0.rawValue) }.joined(separator: ", "))")
            return nil
        }
        return .fixed(rate)
    }
}
