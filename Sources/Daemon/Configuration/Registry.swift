public import Positioning
internal import Yams

/// The devices that ops know: who they are, and from where they may be heard.
public struct Registry: Sendable, Equatable {
    public private(set) var devices: [String: Device] = [:]
    /// The device that a source address stands for, where exactly one has it among its sources.
    public private(set) var deviceByAddress: [String: String] = [:]

    /// No devices.
    public init() {}

    /// The group of each device that has one.
    public var groups: [String: String] { devices.compactMapValues(\.group) }

    /// One entry.
    public struct Device: Sendable, Equatable {
        public var id: String
        public var name: String?
        public var group: String?
        /// Addresses as ``SourceAddress`` has them, each once; empty: any.
        public var sources: [String] = []
        /// The datum in which the tracker reports; `nil`: its source's.
        public var datum: Datum?
    }

    /// Reads a registry file's text.
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
    public init(yaml text: String, file: String) throws(ConfigurationErrors) {
        var reader = YAMLReader(file: file)
        if let root = reader.root(of: text) {
            let entries = reader.entries(of: root, "the registry", known: ["devices"])
            if let node = entries["devices"] {
                for item in reader.list(node, "`devices`") { read(item, &reader) }
            }
        }
        guard reader.issues.isEmpty else { throw ConfigurationErrors(lines: reader.issues.map(\.description)) }
        indexAddresses()
    }

    private mutating func read(_ item: Node, _ reader: inout YAMLReader) {
        let entries = reader.entries(of: item, "a device", known: ["id", "name", "group", "sources", "datum"])
        guard let id = reader.text(entries["id"], "id") else {
            if entries["id"] == nil {
                reader.report(item, "a device has no `id`", "give its IMEI, terminal number or name, as `- id: van-01`")
            }
            return
        }
        if devices[id] != nil {
            reader.report(entries["id"], "the device `\(id)` is there twice", "leave one of them out")
        }
        var device = Device(id: id)
        device.name = reader.text(entries["name"], "name")
        device.group = reader.text(entries["group"], "group")
        device.datum = reader.choice(entries["datum"], "datum")
        if let node = entries["sources"] {
            for source in reader.list(node, "`sources` of `\(id)`") {
                guard let text = reader.text(source, "sources") else { continue }
                do throws(SourceAddress.Problem) {
                    let address = try SourceAddress.normalised(text)
                    if !device.sources.contains(address) { device.sources.append(address) }
                } catch { reader.report(source, error.what, error.mend) }
            }
        }
        devices[id] = device
    }

    private mutating func indexAddresses() {
        var shared: Set<String> = []
        for device in devices.values {
            for address in device.sources {
                if deviceByAddress.updateValue(device.id, forKey: address) != nil { shared.insert(address) }
            }
        }
        for address in shared { deviceByAddress[address] = nil }
    }
}
